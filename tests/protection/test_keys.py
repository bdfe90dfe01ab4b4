"""A change of keys: complete, while others work, after a kill, and never losing a value."""

import json
import os
import signal
import subprocess
import sys

import pytest

from hubpost.actions.keys import STEP, list_key_uses, retire_key, rotate_keys
from hubpost.cli.main import main
from hubpost.storage import schema
from hubpost.storage.backup import make_backup, new_identity
from hubpost.storage.restore import restore_backup
from hubpost.storage.sealing import KEYS_VARIABLE, KeyMissing, Keyring
from hubpost.storage.store import Store
from tests.boards import NOON, received
from tests.protection.planting import plant_all
from tests.protection.test_sealing import assert_all_opens
from tests.rooms import fill
from tests.storage.test_store import rows


def rotate(store, step=STEP):
    return rotate_keys(store, actor="anna", told=lambda column, values: None, step=step)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr("hubpost.actions.keys.SETTLE_S", 0.0)


def test_a_rotation_reseals_every_value_and_the_old_key_can_be_taken_away(
    sealed_store, rules, keys, database_url, clock
):
    case, key = plant_all(sealed_store, rules)
    (old,) = (u.id for u in list_key_uses(sealed_store))
    new = rotate(sealed_store, step=3)
    by_id = {u.id: u for u in list_key_uses(sealed_store)}
    assert (by_id[new].newest, by_id[old].total) == (True, 0)
    assert len(by_id[new].values) >= 19, "not every sealed column was planted"
    aside = retire_key(sealed_store, old, actor="anna")
    assert Keyring(keys).ids == (new,)
    assert Keyring(aside).ids == (old,)
    assert oct(aside.stat().st_mode)[-3:] == "600"
    assert_all_opens(sealed_store, case, key)
    said = [r.action for r in rows(sealed_store, schema.audit) if r.action.startswith("keys.")]
    assert said == ["keys.add", "keys.reseal", "keys.retire"]
    sealed_store.close()
    again = Store(database_url, clock, keys)
    assert_all_opens(again, case, key)
    again.close()


def test_an_old_key_is_not_retired_while_any_value_needs_it(sealed_store, rules, keys):
    plant_all(sealed_store, rules)
    (old,) = (u.id for u in list_key_uses(sealed_store))
    Keyring(keys).add_key()
    with pytest.raises(ValueError, match=rf"Key {old} still seals .*record_person\.name 3"):
        retire_key(sealed_store, old, actor="anna")
    with pytest.raises(ValueError, match="Expected an old key"):
        retire_key(sealed_store, Keyring(keys).ids[0], actor="anna")


def test_both_keys_open_in_between_and_a_rotation_that_broke_off_is_finished(
    sealed_store, rules, keys
):
    case, key = plant_all(sealed_store, rules)
    before = {u.id for u in list_key_uses(sealed_store)}
    steps = []

    def break_off(column, values):
        steps.append(column)
        if len(steps) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_keys(sealed_store, actor="anna", told=break_off, step=2)
    uses = list_key_uses(sealed_store)
    assert [u.total > 0 for u in uses] == [True, True]
    assert_all_opens(sealed_store, case, key)
    new = rotate(sealed_store)
    uses = list_key_uses(sealed_store)
    assert {u.id for u in uses} == before | {new}, "finishing made no third key"
    assert [u.total for u in uses if not u.newest] == [0]
    assert_all_opens(sealed_store, case, key)


def test_killed_mid_way_the_command_is_run_again_while_the_console_goes_on(
    sealed_store, rules, keys, database_url, tmp_path
):
    """SIGKILL after the first step; the store of this process writes and reads throughout."""
    fill(sealed_store, [received(call_id=f"c{n}") for n in range(7000, 7150)])
    case, key = plant_all(sealed_store, rules)
    run = [sys.executable, "-m", "hubpost.cli.main", "keys", "rotate", "--db", database_url,
           "--step", "2"]  # fmt: skip
    env = {**os.environ, KEYS_VARIABLE: str(keys)}
    killed = subprocess.Popen(run, env=env, stderr=subprocess.PIPE, text=True)
    killed.stderr.readline()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert sum(u.total > 0 for u in list_key_uses(sealed_store)) == 2
    assert_all_opens(sealed_store, case, key)
    fill(sealed_store, [received(call_id="c7777")])
    done = subprocess.run(
        [*run[:-1], "500", "--json"], env=env, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    uses = {u.id: u.total for u in list_key_uses(sealed_store)}
    assert uses[told["old"][0]] == 0
    assert_all_opens(sealed_store, case, key)
    assert "c7777" in sealed_store.board.calls


def test_a_backup_of_before_a_rotation_restores_with_the_old_key_in_the_ring(
    sealed_store, rules, keys, database_url, tmp_path, request, clock
):
    case, key = plant_all(sealed_store, rules)
    identity, recipient = new_identity()
    make_backup(sealed_store.engine, tmp_path / "old.age", recipient, NOON)
    old = Keyring(keys).ids[0]
    rotate(sealed_store)
    aside = retire_key(sealed_store, old, actor="anna")
    empty = _empty(database_url, tmp_path, request)
    with pytest.raises(KeyMissing, match="none of them opens it"):
        restore_backup(tmp_path / "old.age", identity, empty, keys)
    keys.write_text(keys.read_text() + aside.read_text())
    restore_backup(tmp_path / "old.age", identity, empty, keys)
    restored = Store(empty, clock, keys)
    assert_all_opens(restored, case, key)
    restored.close()


def _empty(url, tmp_path, request):
    if url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'restored.sqlite'}"
    return request.getfixturevalue("postgres")(empty=True)


def test_a_command_without_the_right_keys_says_so_in_one_line(
    sealed_store, database_url, tmp_path, monkeypatch, capsys
):
    sealed_store.close()
    Keyring(tmp_path / "other")
    for file, said in (("none", "Expected the key file"), ("other", "none of them opens it")):
        monkeypatch.setenv(KEYS_VARIABLE, str(tmp_path / file))
        for command in (["keys", "list"], ["purge"], ["user", "list"]):
            assert main([*command, "--db", database_url]) == 2
            err = capsys.readouterr().err
            assert said in err
            assert err.count("\n") == 1
