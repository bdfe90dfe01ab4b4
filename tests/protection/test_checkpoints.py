"""Seals kept elsewhere: a log cut short, or written anew whole, shows against them."""

import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import sqlalchemy as sa

from hubpost.cli.main import main
from hubpost.storage import schema
from hubpost.storage.audit_chain import GENESIS, seal


def test_a_checkpoint_is_sent_off_site_signed_and_so_is_a_broken_log(
    sealed_store, check, database_url, tmp_path, monkeypatch, capsys
):
    """A webhook of another office gets rows and seal; the secret does not stand among processes."""
    posts: list[tuple[dict, dict]] = []

    class Office(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            signed = hmac.new(b"hush", body, "sha256").hexdigest()
            assert self.headers["X-Hubpost-Signature"] == f"sha256={signed}"
            posts.append(json.loads(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_of):
            pass

    with HTTPServer(("127.0.0.1", 0), Office) as office:
        threading.Thread(target=office.serve_forever, daemon=True).start()
        monkeypatch.setenv("OFFICE", f"webhook+http://127.0.0.1:{office.server_port}/#hush")
        _, kept = check("--send", "env:OFFICE")
        assert (posts[0]["rows"], posts[0]["seal"]) == (kept["rows"], kept["seal"])
        audit = schema.audit
        write_back(sealed_store, audit.delete().where(audit.c.id > kept["rows"] - 2))
        assert check("--send", "env:OFFICE")[0] == 2
        assert posts[1]["broken"]
        office.shutdown()
    again = ["checkpoint", "--to", str(tmp_path), "--db", database_url, "--send"]
    for nobody in ("env:OFFICE", "env:NOWHERE"):
        assert main([*again, nobody]) == 2
        assert "could not be sent" in capsys.readouterr().err


@pytest.fixture
def check(sealed_store, database_url, tmp_path, keys, monkeypatch, capsys):
    monkeypatch.setenv("HUBPOST_KEYS", str(keys))
    folder = tmp_path / "elsewhere"
    folder.mkdir()

    def run(*more):
        code = main(["checkpoint", "--to", str(folder), "--db", database_url, "--json", *more])
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


def test_a_log_written_anew_from_its_beginning_is_told(sealed_store, check, tmp_path, capsys):
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
    elsewhere = str(tmp_path / "elsewhere")
    url = sealed_store.engine.url.render_as_string(False)
    assert main(["verify-log", "--db", url, "--against", elsewhere]) == 2
    assert "written anew" in capsys.readouterr().err
    code, told = check()
    assert code == 2
    assert any("written anew" in b for b in told["broken"])
