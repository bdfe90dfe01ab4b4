"""`hubpost protection`: the pages on data protection, by this installation's own settings."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hubpost.cli.serve import add_database_options, find_data

_UNITS = {"years": "years", "days": "days", "workdays": "working days", "months": "months"}


def add_parser(subparsers: Any) -> None:
    """Say what `protection` takes."""
    parser = subparsers.add_parser(
        "protection", help="等保 level 3 mapping and impact assessment, from the settings"
    )
    parser.add_argument("page", choices=("dengbao", "impact"))
    parser.add_argument("--out", type=Path, help="file (default: the page is printed)")
    add_database_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print or write one page."""
    text = make_pages(facts_of(args))[args.page]
    if args.out is None:
        print(text, end="")
    else:
        args.out.write_text(text, "utf-8")
    return 0


def make_pages(facts: Any) -> Mapping[str, str]:
    """Both pages by name."""
    from hubpost.reporting.protection.pages import dengbao_page, impact_page

    return {"dengbao": dengbao_page(facts), "impact": impact_page(facts)}


def facts_of(args: argparse.Namespace) -> Any:
    """The facts of the installation the options name; as shipped where it has no database yet."""
    from hubpost.cli.records import open_database
    from hubpost.cli.settings import read_settings

    url, data = find_data(args)
    settings = read_settings(data)
    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite") and not file.is_file():
        return shipped_facts(settings)
    from hubpost.actions.counties import find_setting

    store, rules = open_database(args)
    try:
        county = store.read(lambda conn: find_setting(conn, "county"))
    finally:
        store.close()
    return make_facts(settings, rules.clocks, county["name"])


def shipped_facts(settings: Any = None) -> Any:
    """The facts of a fresh installation."""
    from zoneinfo import ZoneInfo

    import sqlalchemy as sa

    from hubpost.actions.records.rulebook import load_rules
    from hubpost.cli.settings import Settings
    from hubpost.storage.schema import metadata

    engine = sa.create_engine("sqlite://")
    with engine.connect() as conn:
        metadata.tables["setting"].create(conn)
        rules = load_rules(conn, ZoneInfo("Asia/Shanghai"))
    return make_facts(settings or Settings(), rules.clocks, "")


def make_facts(settings: Any, clocks: Mapping[str, Any], county: str) -> Any:
    """Facts out of the tables of the code, the settings, and the county's own periods."""
    from hubpost.actions.idempotency import KEEP
    from hubpost.actions.photos import KEPT
    from hubpost.model.access import ROLE_RIGHTS
    from hubpost.model.records.personal import Purpose
    from hubpost.reporting.protection.facts import PersonalColumn, ProtectionFacts, Retention
    from hubpost.storage.personal_columns import OPEN_PERSONAL
    from hubpost.storage.sealed import SEALED

    columns = [PersonalColumn(c.table, c.column, c.data) for c in SEALED]
    columns += [PersonalColumn(c.table, c.column, c.data, c.why) for c in OPEN_PERSONAL]
    kept = [
        Retention(c.code.removeprefix("retain_").replace("_", " "), _period(c), _basis(c))
        for c in clocks.values()
        if c.code.startswith("retain_") or c.code == "volunteer_consent"
    ]
    kept += [
        Retention("pictures from the scene", f"{KEPT.days} days", "proposed"),
        Retention("answers to requests sent twice", f"{KEEP.days} days", "proposed"),
        Retention("calls, events and the log", "not purged", "county's archive rules"),
    ]
    rights = {r.value: tuple(sorted(v)) for r, v in ROLE_RIGHTS.items()}
    purposes = tuple(p.value for p in Purpose)
    values = _values(settings, clocks, len(SEALED), rights)
    return ProtectionFacts(county, tuple(columns), tuple(kept), purposes, rights, values)


def _values(
    settings: Any, clocks: Mapping[str, Any], sealed: int, rights: Mapping[str, Any]
) -> dict[str, str]:
    from hubpost.actions.identity.passwords import MAX_LENGTH, MIN_LENGTH
    from hubpost.actions.identity.sign_in import LOCKED_FOR, MAX_FAILURES
    from hubpost.actions.records.subjects import MOST_READINGS
    from hubpost.model.access import ALL_RIGHTS
    from hubpost.tables.records_upload import MOST_BYTES

    limits = {n: getattr(settings.limits, n) for n in settings.limits.__dataclass_fields__}
    return {
        **limits,
        "host": "127.0.0.1",
        "idle_minutes": f"{settings.sessions.idle.total_seconds() / 60:g}",
        "absolute_hours": f"{settings.sessions.absolute.total_seconds() / 3600:g}",
        "min_length": str(MIN_LENGTH),
        "max_length": str(MAX_LENGTH),
        "max_failures": str(MAX_FAILURES),
        "locked_minutes": f"{LOCKED_FOR.total_seconds() / 60:g}",
        "oidc": "on" if settings.oidc else "off",
        "roles": str(len(rights)),
        "rights": str(len(ALL_RIGHTS)),
        "sealed_columns": str(sealed),
        "upload_mb": f"{MOST_BYTES / 2**20:g}",
        "subject_period": _period(clocks["subject_request"]),
        "subject_readings": str(MOST_READINGS),
    }


def _period(clock: Any) -> str:
    unit = clock.unit.value
    return f"{clock.amount} {_UNITS.get(unit, unit)}"


def _basis(clock: Any) -> str:
    return getattr(clock, "basis", "") or "setting (`data/domain/clocks.csv`)"
