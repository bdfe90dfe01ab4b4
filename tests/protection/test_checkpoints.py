"""Seals kept elsewhere: a log cut short, or written anew whole, shows against them."""

import json

import pytest
import sqlalchemy as sa

from hubpost.cli.main import main
from hubpost.storage import schema
from hubpost.storage.audit_chain import GENESIS, seal


@pytest.fixture
def check(sealed_store, database_url, tmp_path, keys, monkeypatch, capsys):
    monkeypatch.setenv("HUBPOST_KEYS", str(keys))
    folder = tmp_path / "elsewhere"
    folder.mkdir()

    def run():
        code = main(["checkpoint", "--to", str(folder), "--db", database_url, "--json"])
        return code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return run


def write_back(store, statement):
    with store.engine.execution_options(hubpost_write=True).begin() as conn:
        conn.execute(statement)


def test_each_checkpoint_is_kept_and_the_earlier_ones_still_hold(sealed_store, check):
    first, second = check(), check()
    assert (first[0], second[0]) == (0, 0)
    assert (first[1]["checked"], second[1]["checked"]) == (0, 1)
    assert second[1]["rows"] > first[1]["rows"]


def test_a_log_cut_short_is_told_though_its_chain_is_whole(sealed_store, check):
    _, kept = check()
    audit = schema.audit
    write_back(sealed_store, audit.delete().where(audit.c.id > kept["rows"] - 2))
    code, told = check()
    assert code == 2
    assert "written anew" in told["broken"][0] or "cut short" in told["broken"][0]
    assert told["file"] is None


def test_a_log_written_anew_from_its_beginning_is_told(sealed_store, check):
    """Whoever can write to the database can make a chain that holds; not one with the same seal."""
    check()
    rows = sealed_store.read(
        lambda c: c.execute(sa.select(schema.audit).order_by(schema.audit.c.id)).all()
    )
    previous = GENESIS
    for row in rows:
        actor = "nobody" if row.id == 1 else row.actor
        new = seal(previous, row.id, row.at, actor, row.action, row.subject, row.body)
        values = {"actor": actor, "previous_hash": previous, "hash": new}
        change = schema.audit.update().where(schema.audit.c.id == row.id).values(values)
        write_back(sealed_store, change)
        previous = new
    assert main(["verify-log", "--db", sealed_store.engine.url.render_as_string(False)]) == 0
    code, told = check()
    assert code == 2
    assert any("written anew" in b for b in told["broken"])
