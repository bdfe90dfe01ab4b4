"""Personal values put in by every way there is, each under a word found nowhere else."""

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hubpost.actions import assignments, call_changes, calls, idempotency, minimum_units, photos
from hubpost.actions import mutual_aid as aid
from hubpost.actions.identity import accounts
from hubpost.actions.notifications import Channel, queue_deliveries
from hubpost.actions.partners import agree
from hubpost.actions.records import disputes, reminding, services, visits
from hubpost.actions.records.privacy import keep_person, view_person
from hubpost.actions.records.staff import add_staff
from hubpost.model import events as ev
from hubpost.model.call import CallChange
from hubpost.model.member import MemberRole
from hubpost.model.records.dispute_rule import DISPUTE_KIND
from hubpost.model.records.visit import VisitPlace
from hubpost.model.road_rule import RoadClosure, RoadShape, ShapeKind
from hubpost.storage.board_state import save_snapshot
from hubpost.storage.records.persons import Person
from tests.actions.test_photos import jpeg
from tests.records.test_disputes import new_report
from tests.rooms import report, toy_room

ROOM = toy_room()
NAME, PHONE, ADDRESS = "诸葛测", "13912340987", "青石板路七十七号"
#: What nobody may read in the files, by the way it went in.
PLANTED = {
    "caller's number": "139****0987",
    "caller's whole number": PHONE,
    "call's note": "穆桂英来电",
    "call's place": "杨家将祠堂后",
    "amended note": "佘太君改口",
    "note of a crew": "孟良火攻",
    "reason of another unit": "焦赞路熟",
    "reason of a release": "岳胜另有事",
    "outcome of a call": "呼延赞领走",
    "reason of a strike": "柴郡主误报",
    "name": NAME,
    "pair of a name": "诸葛",
    "address": ADDRESS,
    "title of a case": "宗保借耕牛",
    "pair in the text index": "耕牛",
    "corrected title": "文广还耕马",
    "outcome of a visit": "罗通卧病",
    "name of staff": "薛丁山",
    "display name of an account": "樊梨花",
    "why details were seen": "程咬金核对",
    "address of a member": "秦叔宝信箱",
    "address of a reminder": "尉迟恭信箱",
    "line to the partner": "徐茂公借锯",
    "reply kept": "李元霸回执",
    "picture": "裴元庆照片",
    "contact of a service": "单雄信",
    "road note": "王伯当封路",
}


def plant_all(store, rules):
    """Go every way once; a dispute, its party's key and a photo's id and call, to read again."""
    do = lambda action, *a, actor="anna", **m: store.write(  # noqa: E731
        lambda tx: action(tx, *a, **m), actor=actor
    )
    _plant_calls(store, do)
    case, key = _plant_records(do, rules)
    do(accounts.create_account, "fan", "樊梨花")
    do(minimum_units.list_member, "m1", MemberRole.CADRE, "g1", "Z-yantang", "Z", phone=PHONE,
       address="json://127.0.0.1/秦叔宝信箱")  # fmt: skip
    do(reminding.set_reminder_address, "station:Z", "json://127.0.0.1/尉迟恭信箱")
    do(idempotency.once, "k1", {"a": 1}, lambda tx: {"text": "李元霸回执"})
    store.write(lambda tx: save_snapshot(tx.conn, tx.board, tx.last_event_id), actor="anna")
    return case, key


def _plant_calls(store, do):
    channel = Channel("desk", "json://127.0.0.1/", frozenset({"CallReceived"}))
    do(queue_deliveries, [channel])
    told = {"caller_phone": PHONE, "note": "穆桂英来电", "place_text": "杨家将祠堂后"}
    taken = do(calls.receive_call, ROOM, report(**told)).call.id
    do(queue_deliveries, [channel])
    do(call_changes.amend_call, ROOM, taken, CallChange(note="佘太君改口"), "佘太君改口")
    do(assignments.assign_unit, ROOM, taken, "S1", override_reason="焦赞路熟")
    do(assignments.release_unit, taken, "S1", "岳胜另有事")
    do(assignments.assign_unit, ROOM, taken, "S1", override_reason="焦赞路熟")
    do(call_changes.note_call, taken, "孟良火攻", unit_id="S1")
    do(photos.keep_photo, "1" * 32, taken, "S1", jpeg(picture="裴元庆照片".encode()),
       taken_at=store.now(), purpose="scene")  # fmt: skip
    do(agree, "west", "West", "F", public_key="x", address="https://west.example/aid",
       expires_at=store.now() + timedelta(days=9))  # fmt: skip
    me = aid.AidServer("east", Ed25519PrivateKey.generate())
    do(aid.request_aid, me, taken, "west", "徐茂公借锯")
    shape = (RoadShape(ShapeKind.LINE, ((108.7, 29.2), (108.8, 29.3))),)
    do(lambda tx: tx.record(ev.RoadClosed(tx.now, RoadClosure("r1", shape, tx.now, "王伯当封路"))))
    ended = do(calls.receive_call, ROOM, report(place_text="杨家将祠堂后")).call.id
    do(calls.close_call, ended, "呼延赞领走")
    other = do(calls.receive_call, ROOM, report()).call.id
    do(calls.strike_call, other, "柴郡主误报")


def _plant_records(do, rules):
    case = do(disputes.register_dispute, rules, new_report("宗保借耕牛"))
    key = do(disputes.add_party, rules, case.id, Person("", NAME, PHONE, ADDRESS), side="甲方")
    do(view_person, case.id, key, "contact", "程咬金核对")
    do(disputes.edit_dispute, rules, case.id, {"title": "文广还耕马"}, {"title": "宗保借耕牛"})
    do(keep_person, rules, DISPUTE_KIND, case.id, Person("p9", NAME, PHONE))
    do(add_staff, rules, "x1", "薛丁山", "Z")
    do(services.receive_service, rules, "Z", "16", contact=Person("applicant", "单雄信", PHONE))
    seen = visits.VisitReport("Z", VisitPlace.HOUSEHOLD, "Z-yantang", note="罗通卧病")
    do(visits.record_visit, rules, seen)
    return case, key
