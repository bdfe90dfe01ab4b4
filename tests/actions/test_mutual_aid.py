"""Two servers across a border, on both databases: the four steps, and every way to cheat."""

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hubpost.actions import mutual_aid as aid
from hubpost.actions import partners
from hubpost.actions.aid_messages import load_key, public_key_text
from hubpost.model import events as ev
from hubpost.model.aid import AidState
from hubpost.model.apply import Refused
from hubpost.storage import schema
from hubpost.storage.store import Store
from tests.actions.test_actions import ROOM, board_store, take  # noqa: F401
from tests.boards import NOON, founding_events
from tests.rooms import fill
from tests.storage.test_store import rows

EAST = aid.AidServer("east", Ed25519PrivateKey.generate())
WEST = aid.AidServer("west", Ed25519PrivateKey.generate())
UNTIL = NOON + timedelta(days=365)


def do(store, action, *args, **options):
    return store.write(lambda tx: action(tx, *args, **options), actor="anna")


def agree(store, other, **options):
    settings = {"public_key": public_key_text(other.key), "address": "https://west.example/aid"}
    do(store, partners.agree, other.id, other.id, "Z", expires_at=UNTIL, **{**settings, **options})


@pytest.fixture
def two(board_store, tmp_path, clock):  # noqa: F811
    """East on each kind of database in turn, west on SQLite; each holds the other's key."""
    west = Store(f"sqlite:///{tmp_path / 'west.sqlite'}", clock)
    fill(west, founding_events())
    agree(board_store, WEST)
    agree(west, EAST)
    yield board_store, west
    west.close()


def carry(source, me, target):
    """What the outbox worker does: each waiting message once, in order."""
    outcomes = []
    for row in source.read(aid.list_outbox):
        outcomes.append(do(target, aid.take_message, me, row.body))
        do(source, aid.note_sending, row.partner_id, row.message_id, None)
    return outcomes


def test_request_offer_commit_release_between_two_servers(two):
    east, west = two
    call_id = take(east, caller_phone="13812345678", note="caller Zhang San").call.id
    aid_id = do(east, aid.request_aid, EAST, call_id, "west", "bring a chain saw")
    assert carry(east, WEST, west) == ["taken"]
    asked = west.board.aid[aid_id]
    assert (asked.state, asked.slip.line) == (AidState.REQUESTED, "bring a chain saw")
    do(west, aid.offer_aid, WEST, ROOM, aid_id, ["S1"])
    assert carry(west, EAST, east) == ["taken"]
    assert (east.board.aid[aid_id].state, east.board.aid[aid_id].eta_s) == (AidState.OFFERED, 600.0)
    assert west.board.units["S1"].call_id is None  # an offer binds nobody
    theirs = do(west, aid.commit_aid, WEST, ROOM, aid_id, ["S1"])
    assert west.board.units["S1"].call_id == theirs
    assert west.board.calls[theirs].call.source == "partner"
    carry(west, EAST, east)
    assert east.board.aid[aid_id].state is AidState.COMMITTED
    do(east, aid.release_aid, EAST, aid_id, "done")
    carry(east, WEST, west)
    assert east.board.aid == west.board.aid == {}


def test_the_other_side_never_sees_caller_note_or_exact_house(two):
    east, west = two
    call_id = take(
        east, caller_phone="13812345678", note="caller Zhang San", lon=108.7212345, lat=29.2612345
    ).call.id
    do(east, aid.request_aid, EAST, call_id, "west", "")
    (row,) = east.read(aid.list_outbox)
    assert "Zhang" not in row.body
    # Ids are random and may hold any three digits, so the slip itself is looked at.
    assert "138" not in json.dumps(json.loads(json.loads(row.body)["message"])["body"])
    assert "108.7212" in row.body
    assert "108.72123" not in row.body
    assert carry(east, WEST, west) == ["taken"]


def test_a_message_sent_twice_is_taken_once(two):
    east, west = two
    aid_id = do(east, aid.request_aid, EAST, take(east).call.id, "west")
    (row,) = east.read(aid.list_outbox)
    assert do(west, aid.take_message, WEST, row.body) == "taken"
    do(west, aid.decline_aid, WEST, aid_id, "no car")
    assert do(west, aid.take_message, WEST, row.body) == "repeated"
    assert west.board.aid == {}


def code_of(store, me, raw):
    with pytest.raises(Refused) as caught:
        do(store, aid.take_message, me, raw)
    return caught.value.code


def test_forged_changed_misdirected_and_stale_messages_are_refused_and_leave_no_trace(two, clock):
    east, west = two
    do(east, aid.request_aid, EAST, take(east).call.id, "west")
    (row,) = east.read(aid.list_outbox)
    before = len(rows(west, schema.aid_message)), west.last_event_id
    changed = json.loads(row.body)
    changed["message"] = changed["message"].replace('"units_needed":1', '"units_needed":9')
    assert code_of(west, WEST, json.dumps(changed)) == "signature_wrong"
    assert code_of(west, WEST, "{}") == "message_unreadable"
    assert code_of(west, WEST, b"\xff\xfe") == "message_unreadable"
    assert code_of(west, aid.AidServer("north", WEST.key), row.body) == "message_for_another"
    thief = Ed25519PrivateKey.generate()
    agree(west, aid.AidServer("east", thief))
    assert code_of(west, WEST, row.body) == "signature_wrong"
    agree(west, EAST)
    clock.now += timedelta(minutes=11)
    assert code_of(west, WEST, row.body) == "message_stale"
    assert (len(rows(west, schema.aid_message)), west.last_event_id) == before


def test_nothing_is_shared_without_an_agreement_in_force(two, clock):
    east, west = two
    call_id = take(east).call.id
    with pytest.raises(Refused, match="no agreement"):
        do(east, aid.request_aid, EAST, call_id, "north")
    do(east, partners.withdraw, "west")
    with pytest.raises(Refused, match="is over"):
        do(east, aid.request_aid, EAST, call_id, "west")
    agree(east, WEST)
    do(east, aid.request_aid, EAST, call_id, "west")
    (row,) = east.read(aid.list_outbox)
    agree(west, EAST, public_key=public_key_text(EAST.key))
    do(west, partners.withdraw, "east")
    assert code_of(west, WEST, row.body) == "agreement_over"
    with pytest.raises(Refused) as caught:
        do(east, partners.agree, "p", "p", "Z", expires_at=NOON)
    assert caught.value.code == "agreement_past"


def test_a_commitment_of_a_busy_unit_promises_nothing(two):
    east, west = two
    aid_id = do(east, aid.request_aid, EAST, take(east).call.id, "west")
    carry(east, WEST, west)
    do(west, aid.offer_aid, WEST, ROOM, aid_id, ["S1"])
    own = take(west).call.id
    fill(west, [ev.UnitAssigned(west.now(), own, "S1")])
    with pytest.raises(Refused) as caught:
        do(west, aid.commit_aid, WEST, ROOM, aid_id, ["T1", "S1"])
    assert caught.value.code == "unit_not_available"
    assert west.board.aid[aid_id].state is AidState.OFFERED
    assert west.board.units["T1"].call_id is None
    assert set(west.board.calls) == {own}


def test_only_the_giver_offers_and_the_asker_is_not_asked_twice(two):
    east, west = two
    call_id = take(east).call.id
    aid_id = do(east, aid.request_aid, EAST, call_id, "west")
    for action, args in ((aid.offer_aid, (EAST, ROOM, aid_id, ["S1"])),):
        with pytest.raises(Refused) as caught:
            do(east, action, *args)
        assert caught.value.code == "aid_wrong_side"
    with pytest.raises(Refused) as caught:
        do(east, aid.request_aid, EAST, call_id, "west")
    assert caught.value.code == "aid_known"
    assert west.board.aid == {}


def test_a_township_without_a_server_answers_by_a_link_that_ends(board_store, clock):  # noqa: F811
    east = board_store
    agree(east, WEST, public_key=None, address=None)
    aid_id = do(east, aid.request_aid, EAST, take(east).call.id, "west")
    assert east.read(aid.list_outbox) == []
    token = do(east, partners.make_link, aid_id)
    (row,) = rows(east, schema.aid_link)
    assert token not in str(row)
    case = do(east, aid.answer_by_link, token, "offer", ("car 7",))
    assert (case.state, case.unit_names) == (AidState.OFFERED, ("car 7",))
    assert do(east, aid.answer_by_link, token, "commit").state is AidState.COMMITTED
    for wrong in ("nonsense", token[:-1]):
        with pytest.raises(Refused, match="never was"):
            do(east, partners.open_link, wrong)
    clock.now += timedelta(hours=13)
    with pytest.raises(Refused, match="is over"):
        do(east, partners.open_link, token)


def test_a_link_ends_with_its_case_and_with_the_agreement(board_store):  # noqa: F811
    east = board_store
    agree(east, WEST, public_key=None, address=None)
    aid_id = do(east, aid.request_aid, EAST, take(east).call.id, "west")
    token = do(east, partners.make_link, aid_id)
    do(east, partners.withdraw, "west")
    with pytest.raises(Refused, match="is over"):
        do(east, partners.open_link, token)


def test_a_key_is_made_once_and_read_by_its_owner_only(tmp_path):
    made = load_key(tmp_path / "data" / "aid.key")
    again = load_key(tmp_path / "data" / "aid.key")
    assert public_key_text(made) == public_key_text(again)
    assert (tmp_path / "data" / "aid.key").stat().st_mode & 0o077 == 0
