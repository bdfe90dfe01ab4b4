"""Personal words that come in by a workbook or by `hubpost subject`: sealed, and said to nobody."""

import json

import pytest

from hubpost.actions.records import disputes
from hubpost.cli.main import main
from hubpost.storage import schema
from hubpost.storage.audit_chain import find_broken_row
from hubpost.storage.records.persons import Person
from tests.protection.conftest import all_bytes
from tests.records.test_disputes import new_report, write
from tests.records.test_imports import book_of, row_of
from tests.storage.test_store import rows

NAME, PHONE = "白玉堂", "13956781234"
#: What a workbook brings in, by its column.
BROUGHT = {"title": "徐庆寻牛", "place_text": "蒋平茶棚", "cause": "卢方索赔"}
#: What the command takes, by its option.
ASKED = {"--name": NAME, "--phone": PHONE, "--proof": "展昭核对证件", "--asked": "欧阳春要看"}
REASONS = ("丁月华换号", "韩彰结案", "智化不符")
PLANTED = (*BROUGHT.values(), *ASKED.values(), *REASONS)


@pytest.fixture
def hubpost(sealed_store, database_url, keys, monkeypatch, capsys):
    """Runs a command as `anna`; what it says, which may hold nothing that was planted."""
    monkeypatch.setenv("HUBPOST_KEYS", str(keys))
    county = json.dumps({"id": "toy", "name": "toy", "timezone": "Asia/Shanghai"})
    setting = schema.setting.insert().values(key="county", value=county)
    sealed_store.write(lambda tx: tx.conn.execute(setting), actor="setup")

    def run(*words, code=0):
        assert main([*map(str, words), "--db", database_url, "--json"]) == code, capsys.readouterr()
        said = capsys.readouterr()
        assert [w for w in PLANTED if w in said.out + said.err] == []
        return json.loads(said.out) if said.out else {}

    return run


def found_in_files(url, words=PLANTED):
    held = all_bytes(url)
    ascii_form = lambda w: repr(w.encode("ascii", "backslashreplace"))[2:-1].encode()  # noqa: E731
    return [w for w in words if w.encode() in held or ascii_form(w) in held]


def test_a_workbook_that_is_brought_in_leaves_nothing_readable(
    hubpost, sealed_store, database_url, tmp_path
):
    """Also not what stood there before, which the batch keeps for its undo."""
    book = book_of(tmp_path, [row_of(**BROUGHT)])
    done = hubpost("records", "import", "dispute", book, "--yes")
    assert done["new"] == 1
    assert found_in_files(database_url) == []
    out = tmp_path / "out.xlsx"
    hubpost("records", "export", "dispute", out)
    assert out.exists(), "whoever may read them still does"
    hubpost("records", "undo", done["batch"])
    assert found_in_files(database_url) == []
    # The search can find; a word of its own, for PostgreSQL's log serves every test.
    sealed_store.write(lambda tx: tx.audit("公孙策", "", {}), actor="a")
    assert found_in_files(database_url, ("公孙策",)) == ["公孙策"]


def test_a_person_s_request_by_command_is_said_to_nobody_but_the_workbook(
    hubpost, sealed_store, database_url, tmp_path, rules
):
    """Registered, read, put right and refused: neither screen, log nor files tell who."""
    for title in ("one", "two"):
        case = write(sealed_store, disputes.register_dispute, rules, new_report(title))
        party = Person("", NAME, PHONE)
        write(sealed_store, disputes.add_party, rules, case.id, party, side="甲方")
    given = [word for pair in ASKED.items() for word in pair]
    done = {}
    for category in ("access", "correct", "erase"):
        done[category] = hubpost("subject", "register", category, *given, "--actor", "anna")
    who = ["--actor", "anna"]
    book = tmp_path / "for-the-person.xlsx"
    hubpost("subject", "gather", done["access"]["request"], book, *who)
    assert book.stat().st_size > 1_000
    asked = lambda category: ("subject", category, done[category]["request"], *who)  # noqa: E731
    right = ("--address", REASONS[0], "--reason", REASONS[1])
    assert hubpost(*asked("correct"), *right)["corrected"] == 2
    hubpost(*asked("erase"), "--reason", REASONS[1], code=2)
    hubpost("subject", "refuse", done["erase"]["request"], "--reason", REASONS[2], *who)
    assert found_in_files(database_url) == []
    told = "".join(r.body + r.subject for r in rows(sealed_store, schema.audit))
    assert [w for w in PLANTED if w in told] == []
    assert sealed_store.read(find_broken_row) is None
