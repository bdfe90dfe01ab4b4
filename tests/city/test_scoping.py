"""Rows of one county are out of reach for another, whatever is asked, by PostgreSQL's own hand."""

import threading

import psycopg
import pytest
import sqlalchemy as sa

from hubpost.actions.city_figures import FEWEST, list_county_figures
from hubpost.model import events as ev
from hubpost.storage.backup import make_backup, new_identity
from hubpost.storage.city import city_engine, county_url, list_counties, open_county, schema_of
from hubpost.storage.restore import drill_restore
from tests.boards import NOON, at, received
from tests.rooms import fill


def test_each_county_has_its_own_board_numbers_and_chain(counties):
    """The same call id may be used in both; neither sees the other's."""
    fill(counties["east"], [received(call_id="c1")])
    counties["west"].refresh()
    assert list(counties["east"].board.calls) == ["c1"]
    assert list(counties["west"].board.calls) == []
    fill(counties["west"], [received(call_id="c1")])
    assert counties["west"].last_event_id == counties["east"].last_event_id


def test_a_county_cannot_read_or_write_any_table_of_another(counties):
    """For every table there is, even when the schema is named outright."""
    east, west = counties["east"], schema_of("west")
    names = east.read(lambda c: sa.inspect(c).get_table_names())
    assert {"call", "event", "audit", "account"} <= set(names)
    for name in names:
        for asked in (f'TABLE {west}."{name}"', f'LOCK TABLE {west}."{name}"'):
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                east.write(lambda tx, sql=asked: tx.conn.exec_driver_sql(sql), actor="thief")


def test_a_writer_that_is_held_up_in_one_county_holds_up_no_other(counties):
    """Each county has a lock of its own."""
    inside, go_on = threading.Event(), threading.Event()

    def slow(tx):
        inside.set()
        assert go_on.wait(20)

    held = counties["east"].submit(slow, actor="slow")
    assert inside.wait(20)
    fill(counties["west"], [received(call_id="c1")])
    assert not held.done()
    go_on.set()
    held.result()


def test_commits_are_told_to_the_own_county_only(counties, city_url):
    from hubpost.storage.store import Store

    second = Store(county_url(city_url, "east"))
    heard = threading.Event()
    second.listen(lambda _id: heard.set())
    end = second.follow_others()
    try:
        channels = counties["east"].read(
            lambda c: c.exec_driver_sql("SELECT current_schema(), current_user").one()
        )
        assert channels == ("county_east", "hubpost_county_east")
        for n in range(1, 40):
            fill(counties["east"], [received(call_id=f"c{n}")])
            if heard.wait(0.25):
                break
        assert heard.is_set()
        known = second.last_event_id
        fill(counties["west"], [received(call_id=f"c{n}") for n in range(1, 30)])
        assert counties["west"].last_event_id > known or second.last_event_id == known
    finally:
        end()
        second.close()


def _answered(call_id: str) -> list[ev.Event]:
    return [
        received(call_id=call_id),
        ev.UnitAssigned(at(1), call_id, "S1"),
        ev.UnitEnRoute(at(2), call_id, "S1"),
        ev.UnitArrived(at(11), call_id, "S1"),
        ev.UnitCleared(at(20), call_id, "S1"),
        ev.CallCleared(at(20), call_id, ""),
    ]


def test_the_city_sees_counts_of_all_and_of_those_it_may(counties, city_url):
    """Row by row: a connection for one county gets no row of another, one for none no row."""
    for n in range(1, FEWEST + 1):
        fill(counties["east"], _answered(f"c{n}"))
    fill(counties["west"], _answered("c1"))
    seen = {}
    for who in ("*", "west", "nobody"):
        engine = city_engine(city_url, who)
        with engine.connect() as conn:
            figures = list_county_figures(conn, NOON, at(60))
            seen[who] = {f.county_id: f for f in figures}
            by_hand = conn.exec_driver_sql("SELECT DISTINCT county_id FROM call").scalars().all()
            assert sorted(by_hand) == sorted(seen[who])
        engine.dispose()
    assert sorted(seen["*"]) == ["east", "west"]
    assert sorted(seen["west"]) == ["west"]
    assert seen["nobody"] == {}
    east, west = seen["*"]["east"], seen["*"]["west"]
    assert (east.calls, east.units, east.response_median_s) == (FEWEST, 4, 660.0)
    assert (west.calls, west.response_median_s) == (1, None), "one call is a case, not a figure"


def test_the_city_sees_nothing_of_a_person_and_no_table_itself(counties, city_url):
    engine = city_engine(city_url, "*")
    with engine.connect() as conn:
        columns = {c["name"] for t in ("call", "response", "unit") for c in
                   sa.inspect(conn).get_columns(t, schema="city")}  # fmt: skip
        assert not columns & {"note", "place_text", "caller_masked", "caller_key", "lon", "lat"}
        for table in ("county_east.call", "county_east.account", "county_west.audit"):
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                conn.exec_driver_sql(f"TABLE {table}")
            conn.rollback()
    engine.dispose()


def test_a_condition_with_a_side_effect_is_not_asked_of_hidden_rows(counties, city_url):
    """The barrier of the views: a function in the question sees only rows that may be seen."""
    fill(counties["east"], [received(call_id="c7")])
    engine = city_engine(city_url, "west")
    with engine.connect() as conn:
        asked = "SELECT * FROM call WHERE 1 / (CASE id WHEN 'c7' THEN 0 ELSE 1 END) = 1"
        assert conn.exec_driver_sql(asked).all() == []
    engine.dispose()


def test_a_county_is_backed_up_and_rehearsed_alone(counties, city_url, tmp_path):
    """The backup holds the county's own rows, and the drill needs neither its schema nor role."""
    identity, recipient = new_identity()
    fill(counties["east"], [received(call_id="c9")])
    manifest = make_backup(counties["east"].engine, tmp_path / "east.age", recipient, NOON)
    assert manifest.rows["call"] == 1
    report = drill_restore(tmp_path / "east.age", identity, county_url(city_url, "east"))
    assert report.manifest == manifest


def test_opening_twice_changes_nothing_and_lists_each_once(counties, city_url):
    open_county(city_url, "east")
    engine = sa.create_engine(sa.make_url(city_url).set(drivername="postgresql+psycopg"))
    with engine.connect() as conn:
        assert list_counties(conn) == ["east", "west"]
    engine.dispose()


@pytest.mark.parametrize("bad", ["", "East", "a-b", "a;b", "x" * 41, 'a"b', "a_b"])
def test_an_id_that_is_no_county_is_refused(bad):
    with pytest.raises(ValueError, match="Expected a county's id"):
        county_url("postgresql://localhost/city", bad)


def test_a_city_needs_postgresql(tmp_path):
    with pytest.raises(ValueError, match="Expected a postgresql"):
        county_url(f"sqlite:///{tmp_path}/x.sqlite", "east")


def test_the_lock_of_a_county_alone_is_what_it_was(postgres):
    """A process of the version before and one of this exclude each other on the same database."""
    from hubpost.storage.writer_connection import _LOCK, ADVISORY_LOCK

    url = postgres()
    with psycopg.connect(url) as new, psycopg.connect(url) as old:
        new.execute(_LOCK)
        got = old.execute(f"SELECT pg_try_advisory_xact_lock({ADVISORY_LOCK})").fetchone()
    assert got == (False,)
