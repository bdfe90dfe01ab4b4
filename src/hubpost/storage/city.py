"""A city: many counties in one PostgreSQL database, each in a schema and under a role of its own.

What a county's processes run goes by an address that names schema and role, so that everything
that works on one county's database works here unchanged, and PostgreSQL itself refuses to show
one county's row to another. What the whole city may see stands in views of the schema `city`, with
the county beside each row and without anything of a person; see docs/decisions/0072.
"""

import re

import sqlalchemy as sa
from sqlalchemy.engine import URL

#: Counties whose rows a connection to the city's views may see: their ids with commas, or `*`.
VISIBLE = "hubpost.counties"
CITY_ROLE = "hubpost_city"
_ID = re.compile(r"[a-z0-9]{1,40}")

#: What the city sees of each county's tables; no column in which something of a person can stand.
_SHOWN = {
    "call": (
        "id", "received_at", "category", "priority", "station_id", "state", "closed_at", "mode",
        "exercise", "struck_through", "merged_into",
    ),
    "response": (
        "call_id", "idx", "unit_id", "assigned_at", "acknowledged_at", "enroute_at", "arrived_at",
        "cleared_at",
    ),
    "unit": ("id", "station_id", "activity", "since"),
}  # fmt: skip


def schema_of(county_id: str) -> str:
    """The schema, and the role, of a county. Raises ValueError for what is no county's id."""
    if not _ID.fullmatch(county_id):
        raise ValueError(
            f"Expected a county's id of small letters and digits, at most 40, came {county_id!r}. "
            "It is part of the county's web address too."
        )
    return f"county_{county_id}"


def county_url(city_url: str, county_id: str) -> str:
    """The address under which a county's database is one of its own."""
    url = _postgres(city_url)
    schema = schema_of(county_id)
    own = url.update_query_dict({"options": f"-csearch_path={schema} -crole=hubpost_{schema}"})
    return own.render_as_string(hide_password=False)


def open_county(city_url: str, county_id: str) -> str:
    """Make schema and role of a county, unless they are there; the county's address.

    The user of the address needs CREATEROLE and CREATE on the database.
    """
    schema = schema_of(county_id)
    role = f"hubpost_{schema}"
    engine = sa.create_engine(_postgres(city_url).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as conn:
            _make_role(conn, role)
            conn.exec_driver_sql(f'GRANT "{role}" TO CURRENT_USER')
            conn.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}" AUTHORIZATION "{role}"')
            conn.exec_driver_sql(f'REVOKE ALL ON SCHEMA "{schema}" FROM PUBLIC')
    finally:
        engine.dispose()
    return county_url(city_url, county_id)


def list_counties(conn: sa.Connection) -> list[str]:
    """The ids of the counties of a city."""
    rows = conn.exec_driver_sql(
        r"SELECT nspname FROM pg_namespace WHERE nspname LIKE 'county\_%%' ORDER BY nspname"
    )
    return [name.removeprefix("county_") for (name,) in rows]


def make_city_views(city_url: str) -> list[str]:
    """Make the views of the city over all counties, anew; the counties they show.

    Each view shows only rows of the counties named by `SET hubpost.counties`, and none without.
    """
    engine = sa.create_engine(_postgres(city_url).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as conn:
            counties = list_counties(conn)
            _make_role(conn, CITY_ROLE)
            conn.exec_driver_sql(f"GRANT {CITY_ROLE} TO CURRENT_USER")
            conn.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS city")
            for table, columns in _SHOWN.items():
                conn.exec_driver_sql(f'DROP VIEW IF EXISTS city."{table}"')
                if counties:
                    conn.exec_driver_sql(_view(table, columns, counties))
            conn.exec_driver_sql(f"GRANT USAGE ON SCHEMA city TO {CITY_ROLE}")
            conn.exec_driver_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA city TO {CITY_ROLE}")
    finally:
        engine.dispose()
    return counties


def city_engine(city_url: str, counties: str) -> sa.Engine:
    """An engine under the city's role, for the rows of some counties.

    counties: their ids with commas between, or `*` for all.
    """
    if counties != "*":
        for county_id in counties.split(","):
            schema_of(county_id)
    options = f"-csearch_path=city -crole={CITY_ROLE} -c{VISIBLE}={counties}"
    url = _postgres(city_url).update_query_dict({"options": options})
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"), pool_size=1, hide_parameters=True
    )


def _view(table: str, columns: tuple[str, ...], counties: list[str]) -> str:
    """Rows of all counties, each with its county's id; a barrier, so that no condition of a
    question is asked of a row that is not to be seen."""
    names = ", ".join(f'"{c}"' for c in columns)
    seen = f"string_to_array(current_setting('{VISIBLE}', true), ',') && ARRAY['*', '{{}}']"
    parts = [
        f'SELECT \'{c}\'::text AS county_id, {names} FROM "{schema_of(c)}"."{table}" '  # noqa: S608
        f"WHERE {seen.format(c)}"
        for c in counties
    ]
    union = " UNION ALL ".join(parts)
    return f'CREATE VIEW city."{table}" WITH (security_barrier) AS {union}'


def _make_role(conn: sa.Connection, role: str) -> None:
    found = conn.execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
    if found.scalar() is None:
        conn.exec_driver_sql(f'CREATE ROLE "{role}" NOLOGIN')


def _postgres(city_url: str) -> URL:
    url = sa.make_url(city_url)
    if url.get_backend_name() != "postgresql":
        raise ValueError(
            f"Expected a postgresql:// address for a city, came {url.drivername}://. A county "
            "alone may lie in a SQLite file; several share a PostgreSQL database."
        )
    return url.set(drivername="postgresql")
