"""What `serve` and `demo` stand behind: addresses, links, settings, tokens from the terminal."""

import json
from datetime import timedelta

import pytest

from hubpost.actions.identity.sessions import SessionParams
from hubpost.cli.gates import demo_lines, has_accounts, make_gate, set_up_lines
from hubpost.cli.main import main
from hubpost.cli.serving import require_guarded
from hubpost.cli.settings import Settings, read_settings
from hubpost.model.access import Role
from hubpost.storage.identity.queries import find_account, list_grants
from tests.gate.conftest import PASSWORD, add_account, county

HERE = "http://127.0.0.1:8000"


def test_others_are_served_only_once_somebody_can_sign_in_and_under_a_name():
    require_guarded("127.0.0.1", [], has_accounts=False)
    with pytest.raises(ValueError, match="no account yet"):
        require_guarded("0.0.0.0", ["hub.lan"], has_accounts=False)  # noqa: S104
    with pytest.raises(ValueError, match="--allowed-host"):
        require_guarded("10.1.2.3", [], has_accounts=True)
    require_guarded("10.1.2.3", ["hub.lan"], has_accounts=True)


def test_the_link_of_the_first_account_is_shown_only_while_nobody_can_sign_in(toy_store, tmp_path):
    gate = make_gate(tmp_path, Settings())
    lines = set_up_lines(toy_store, gate, HERE)
    token = lines[-1].rpartition("/")[2]
    assert gate.set_up.fits(token)
    add_account(toy_store, "anna", county(Role.ADMINISTRATOR), password=PASSWORD)
    assert has_accounts(toy_store)
    assert set_up_lines(toy_store, gate, HERE) == []


def test_the_demo_shows_its_link_last_and_its_person_has_no_password(toy_store, tmp_path, capsys):
    gate = make_gate(tmp_path, Settings(), demo="demo")
    for _ in range(2):  # a second start changes nothing
        link = demo_lines(toy_store, gate, HERE)[-1].splitlines()[-1]
    assert link.startswith(f"{HERE}/enter/")
    row = toy_store.read(lambda c: find_account(c, "demo"))
    grants = toy_store.read(lambda c: list_grants(c, row.id))
    assert len(grants) == len({g.role for g in grants}) == len(Role) - 2
    assert row.password_hash is None
    assert not has_accounts(toy_store)
    assert gate.enter.take(link.rpartition("/")[2])
    assert f"{HERE}/enter/" in capsys.readouterr().err


def test_settings_are_read_and_what_is_not_known_is_named(tmp_path):
    assert read_settings(tmp_path) == Settings()
    (tmp_path / "secret").write_text("hush\n")
    file = tmp_path / "hubpost.toml"
    file.write_text(
        '[sign_in]\nidle_minutes = 10\n[limits]\nprogram = "5/1 minute"\n[oidc]\n'
        'issuer = "https://id.example"\nclient_id = "hubpost"\nclient_secret_file = "secret"\n'
        '[aid]\nid = "east"\n'
    )
    read = read_settings(tmp_path)
    assert read.sessions == SessionParams(timedelta(minutes=10), timedelta(hours=12))
    assert read.limits.program == "5/1 minute"
    assert read.oidc is not None
    assert read.oidc.client_secret == "hush"  # noqa: S105
    file.write_text('[sign_in]\nidle = 1\n[oidc]\nissuer = "x"\n[colour]\n')
    with pytest.raises(ValueError, match=r"colour, sign_in.idle"):
        read_settings(tmp_path)
    file.write_text('[oidc]\nissuer = "x"\n')
    with pytest.raises(ValueError, match="client_id, client_secret_file"):
        read_settings(tmp_path)


def test_the_terminal_gives_and_ends_the_token_of_a_program(toy_store, tmp_path, capsys):
    toy_store.close()
    db = ["--db", f"sqlite:///{tmp_path / 'toy.sqlite'}", "--json"]

    def run(*args):
        code = main(["user", *args, *db])
        return code, json.loads(capsys.readouterr().out or "null")

    code, made = run("token", "gateway", "dispatcher", "station:S", "--days", "30")
    assert code == 0
    assert made["token"].startswith("hubpost_")
    listed = run("list")[1]["accounts"]
    assert listed[0]["tokens"][0]["id"] == made["id"]
    assert made["token"] not in json.dumps(listed)
    assert run("revoke-token", made["id"])[0] == 0
    assert run("list")[1]["accounts"][0]["tokens"] == []
    assert main(["user", "token", "gateway", "dispatcher", "station:X", *db]) == 2
