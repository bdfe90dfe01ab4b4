"""The pages on data protection tell what the program does: kept fresh, nothing left out."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

import hubpost.storage
from hubpost.cli.main import main
from hubpost.cli.protection import make_pages, shipped_facts
from hubpost.reporting.protection.controls import CONTROLS, Standing
from hubpost.storage.personal_columns import NOT_PERSONAL, OPEN_PERSONAL
from hubpost.storage.schema import metadata
from hubpost.storage.sealed import SEALED

ROOT = Path(__file__).parents[2]
for module in pkgutil.walk_packages(hubpost.storage.__path__, "hubpost.storage."):
    if "migrations" not in module.name:
        importlib.import_module(module.name)


def text_columns():
    kinds = (sa.Text, sa.LargeBinary)
    return {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, kinds)
    }


def test_the_kept_pages_are_what_the_tables_say_today():
    """When this fails, run: .venv/bin/python -m scripts.update_protection"""
    from scripts.update_protection import pages

    stale = [file.name for file, text in pages().items() if file.read_text("utf-8") != text]
    assert stale == []


def test_every_column_of_text_is_sealed_or_said_to_be_open_or_not_personal_and_only_once():
    """A new column that could hold a name fails here until somebody says what becomes of it."""
    sealed = [(c.table, c.column) for c in SEALED]
    still_open = [(c.table, c.column) for c in OPEN_PERSONAL]
    others = [(table, column) for table, names in NOT_PERSONAL.items() for column in names]
    named = [*sealed, *still_open, *others]
    assert len(named) == len(set(named))
    assert set(named) == text_columns()


def test_no_personal_column_is_missing_from_the_impact_page():
    page = (ROOT / "docs/protection/impact.md").read_text("utf-8")
    missing = [
        f"{c.table}.{c.column}" for c in (*SEALED, *OPEN_PERSONAL)
        if f"`{c.table}.{c.column}`" not in page
    ]  # fmt: skip
    assert missing == []


def test_each_proof_named_is_a_test_and_what_is_called_met_has_one():
    for control in CONTROLS:
        for named in control.tests:
            file, _, test = named.partition("::")
            text = (ROOT / file).read_text("utf-8")
            assert re.search(rf"^def {test}\(", text, re.M), named
        if control.standing is Standing.MET:
            assert control.tests, control.number
        else:
            assert control.left, f"{control.number} says not what is left to do"


def test_all_ten_areas_of_the_standard_are_there():
    areas = {int(n) for c in CONTROLS for n in re.findall(r"8\.1\.(\d+)", c.number)}
    for first, last in re.findall(
        r"8\.1\.(\d+)\u20138\.1\.(\d+)", " ".join(c.number for c in CONTROLS)
    ):
        areas |= set(range(int(first), int(last) + 1))
    assert areas == set(range(1, 11))


def test_another_setting_makes_another_page(tmp_path, capsys):
    (tmp_path / "hubpost.toml").write_text("[sign_in]\nidle_minutes = 7\n")
    assert main(["protection", "dengbao", "--data", str(tmp_path)]) == 0
    page = capsys.readouterr().out
    assert "after 7 minutes idle" in page
    assert "after 30 minutes idle" in make_pages(shipped_facts())["dengbao"]


def test_the_page_of_a_county_tells_its_own_periods(
    database_url, clock, rules, capsys, keys, monkeypatch
):
    from hubpost.actions.counties import find_setting  # noqa: F401
    from hubpost.actions.records.rulebook import edit_list, read_list
    from hubpost.storage import schema
    from hubpost.storage.store import Store

    store = Store(database_url, clock)
    body = '{"id": "toy", "name": "Toy", "timezone": "Asia/Shanghai"}'
    store.write(
        lambda tx: (
            tx.conn.execute(schema.setting.insert().values(key="county", value=body)) and None
        ),
        actor="a",
    )
    rows = store.read(lambda c: [dict(r) for r in read_list(c, "clocks")])
    for row in rows:
        if row["code"] == "retain_person_dispute":
            row["amount"] = "2"
    store.write(lambda tx: edit_list(tx, "clocks", rows, reason="county"), actor="a")
    store.close()
    assert main(["protection", "impact", "--db", database_url]) == 0
    page = capsys.readouterr().out
    assert "Settings of Toy." in page
    assert "| person dispute | 2 years |" in page


@pytest.mark.parametrize("page", ["dengbao", "impact"])
def test_no_cell_breaks_its_table(page):
    text = make_pages(shipped_facts())[page]
    for table in re.findall(r"(?:^\|.*\n)+", text, re.M):
        widths = {line.count("|") for line in table.splitlines()}
        assert len(widths) == 1, table[:200]
