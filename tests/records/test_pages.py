"""The pages of the records in-process: each does its one action and says what was refused."""

import html
import json
import re
from datetime import date, timedelta
from io import BytesIO

import icalendar
import pytest
from docx import Document

from hubpost.actions.calls import receive_call
from hubpost.actions.records.grids import draw_grid
from tests.rooms import report, toy_room
from tests.web.conftest import app, client, toy_store  # noqa: F401


@pytest.fixture
def page(client):  # noqa: F811
    """A browser that follows its forms' redirects."""
    client.follow_redirects = True
    return client


def case_of(page, **fields):
    data = {"station": "Z", "category": "neighbours", "title": "wall", "id": "c1", **fields}
    answer = page.post("/records/disputes", data=data)
    assert answer.status_code == 200, answer.text
    return "/records/disputes/" + data["id"]


def state_of(text):
    return re.search(r'id="state" data-state="(\w+)"', text).group(1)


@pytest.mark.parametrize(
    "address",
    ["/records", "/records/disputes", "/records/visit", "/records/grids", "/records/tasks",
     "/records/burden",
     "/records/counter", "/records/ratings", "/records/border", "/records/rosters",
     "/records/surveys", "/records/books", "/records/lists", "/progress", "/rate", "/book"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_page_opens_in_both_languages(page, address, language):
    page.cookies.set("hubpost_language", language)
    answer = page.get(address)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert " style=" not in answer.text
    assert " onclick=" not in answer.text


def test_a_dispute_goes_from_the_form_to_its_follow_up(page, clock):
    """Settled, it is no longer late itself: what is owed is named, and an open case still is."""
    case = case_of(page)
    steps = [
        ("grade", {"choice": "complex"}), ("triage", {"choice": "station"}), ("accept", {}),
        ("start_mediation", {"yes": "yes"}), ("sit", {"choice": "people"}),
        ("agree", {"text": "half each", "day": "2026-05-01"}), ("apply_confirmation", {}),
        ("performed", {}), ("follow_up", {"yes": "yes"}), ("settle", {}),
    ]  # fmt: skip
    for move, data in steps:
        answer = page.post(f"{case}/{move}", data=data)
        assert answer.status_code == 200, (move, answer.text[:300])
    assert state_of(answer.text) == "settled"
    case_of(page, id="c2")
    clock.now += timedelta(days=60)
    listed = page.get("/records/disputes").text
    rows = {i: re.search(rf'<tr[^>]*><td><a href="/records/disputes/{i}".*?</tr>', listed).group()
            for i in ("c1", "c2")}  # fmt: skip
    assert "second follow-up" in rows["c1"]
    assert 'class="late"' not in rows["c1"]
    assert 'class="late"' in rows["c2"]
    assert "second follow-up" not in rows["c2"]
    assert re.search(r'<p id="due">second follow-up ', page.get(case).text)
    owed = page.get("/records?station=Z").text
    assert re.search(r"late 30 d</td><td>dispute · second follow-up</td>", owed)


def test_a_move_that_is_not_permitted_is_said_in_words_and_changes_nothing(page):
    case = case_of(page)
    answer = page.post(f"{case}/settle")
    assert answer.status_code == 409
    assert "settle is not possible while it is: registered" in answer.text
    page.cookies.set("hubpost_language", "zh_CN")
    assert "目前状态为“登记”，不能“办结”" in page.post(f"{case}/settle").text
    assert page.post(f"{case}/grade", data={"choice": "enormous"}).status_code == 422
    assert page.post(f"{case}/no_such_move").status_code == 409
    assert page.post("/records/disputes/nowhere/grade", data={"choice": "major"}).status_code == 404


def test_two_forms_open_at_once_keep_both_edits_or_show_the_conflict(page):
    case = case_of(page)
    shown = {"was_title": "wall", "was_cause": "", "was_people_count": "2"}
    first = {**shown, "title": "wall", "cause": "boundary", "people_count": "2"}
    other = {**shown, "title": "wall", "cause": "", "people_count": "12"}
    assert page.post(f"{case}/edit", data=first).status_code == 200
    both = page.post(f"{case}/edit", data=other)
    assert "boundary" in both.text
    assert "ten or more people" in both.text
    late = {**shown, "cause": "another", "title": "wall", "people_count": "2"}
    answer = page.post(f"{case}/edit", data=late)
    assert answer.status_code == 409
    assert "Someone else has meanwhile changed cause" in answer.text
    assert "boundary" in answer.text


def test_a_party_is_masked_until_a_purpose_is_given(page):
    case = case_of(page)
    text = page.post(
        f"{case}/party", data={"name": "欧阳锋", "phone": "13800138000", "side": "a"}
    ).text
    assert "欧**" in text
    assert "欧阳锋" not in text
    address = re.search(r'action="(/records/c1/persons/\w+)"', text).group(1)
    refused = page.post(address, data={"purpose": ""})
    assert refused.status_code == 422
    assert "Say what for" in refused.text
    assert "欧阳锋" not in refused.text
    assert "欧阳锋" in page.post(address, data={"purpose": "follow_up"}).text
    assert "欧阳锋" not in page.get(case).text


def test_the_agreement_is_a_document_only_once_there_is_one(page):
    case = case_of(page)
    assert page.post(f"{case}/agreement.docx").status_code == 422
    for move, data in [("grade", {"choice": "general"}), ("triage", {"choice": "station"}),
                       ("accept", {}), ("start_mediation", {"yes": "yes"}),
                       ("sit", {"choice": "people"}), ("agree", {"text": "各修一半"})]:  # fmt: skip
        page.post(f"{case}/{move}", data=data)
    word = page.post(f"{case}/agreement.docx")
    assert "attachment" in word.headers["content-disposition"]
    assert any("各修一半" in p.text for p in Document(BytesIO(word.content)).paragraphs)
    assert page.post(f"{case}/agreement.pdf").content.startswith(b"%PDF")


def test_a_dispute_is_opened_from_its_call(page, toy_store):  # noqa: F811
    taken = toy_store.write(lambda tx: receive_call(tx, toy_room(), report(note="吵架")), actor="a")
    text = page.post(f"/calls/{taken.call.id}/dispute").text
    assert f"/?call={taken.call.id}" in text
    assert page.post("/calls/none/dispute").status_code == 404


def test_search_finds_by_two_characters_and_asks_for_more_than_one(page):
    case_of(page, title="围墙倒塌")
    assert "围墙倒塌" in page.get("/records/disputes", params={"q": "围墙"}).text
    assert "围墙倒塌" not in page.get("/records/disputes", params={"q": "借款"}).text
    assert "at least two characters" in page.get("/records/disputes", params={"q": "墙"}).text


def sent(clock_at, **more):
    fields = {"id": "p1", "place": "household", "area_id": "Z-yantang", "at": clock_at,
              "sent_at": clock_at, **more}  # fmt: skip
    return json.dumps(fields)


def test_a_visit_sent_twice_is_taken_once_and_keeps_how_long_ago_it_was(page, toy_store):  # noqa: F811
    body = sent("2020-01-01T10:00:00Z", sent_at="2020-01-01T12:00:00Z", dispute="争水")
    first, second = (page.post("/records/visits", content=body) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    text = page.get("/records/disputes").text
    assert text.count("争水") == 1
    from hubpost.model.records.visit import VISIT_KIND
    from hubpost.storage.records.reading import list_records

    (visit,) = toy_store.read(lambda c: list_records(c, VISIT_KIND))
    assert timedelta(hours=2) <= toy_store.now() - visit.opened_at < timedelta(hours=2, minutes=1)


def test_a_visit_that_cannot_be_taken_says_why(page):
    alone = page.post("/records/visits", content=sent("2026-01-01T00:00:00Z", place="explosives"))
    assert alone.status_code == 422
    assert "checked by two" in alone.json()["message"]
    assert page.post("/records/visits", content="{").status_code == 422
    assert page.post("/records/visits", content='{"id": 5}').status_code == 422


def test_tasks_are_laid_down_and_one_is_reported_empty_with_one_tap(page):
    text = page.post("/records/tasks", data={"station": "Z"}).text
    assert 'data-template="common.7"' in text
    address = re.search(r'action="(/records/tasks/task:common.13[^"]+)"', text).group(1)
    assert page.post(address, data={"station": "Z"}).status_code == 200
    assert 'data-template="common.13"' not in page.get("/records/tasks?station=Z").text


def test_from_the_counter_to_the_rating_without_an_account(page):
    taken = page.post(
        "/records/counter/cases", data={"station": "Z", "service": "16", "name": "张三"}
    )
    code = re.search(r'id="receipt">(\w+)<', taken.text).group(1)
    assert "张三" not in taken.text
    seen = page.get("/progress", params={"code": code})
    assert 'id="found"' in seen.text
    assert "张" not in seen.text
    assert page.get("/progress", params={"code": "AAAA"}).status_code == 404
    deliver = re.search(r'action="(/records/counter/cases/\w+/deliver)"', taken.text).group(1)
    done = page.post(deliver, data={"station": "Z"}).text
    assert 'src="data:image/png;base64,' in done
    token = re.search(r'id="rating" href="[^"]*\?t=([^"]+)"', done).group(1)
    page.cookies.set("hubpost_actor", "someone")
    thanks = page.post("/rate", data={"t": token, "level": "5", "speed": "5", "comment": "slow"})
    assert 'id="thanks"' in thanks.text
    again = page.post("/rate", data={"t": token, "level": "1"})
    assert again.status_code == 409
    assert page.post("/rate", data={"t": "forged", "level": "1"}).status_code == 422
    assert "slow" in page.get("/records/ratings").text
    page.cookies.set("hubpost_actor", "demo")  # who handled the case
    assert "slow" not in page.get("/records/ratings").text


def test_an_appointment_is_booked_until_the_slot_is_full(page):
    data = {"station": "Z", "service": "16", "day": "2026-03-02", "slot": "09:30"}
    assert [page.post("/book", data=data).status_code for _ in range(3)] == [200, 200, 409]
    assert "closed on this day" in page.get("/book", params={"day": "2026-03-07"}).text


def test_an_agreement_is_drafted_signed_and_seen_by_its_partner_only(page):
    page.post("/records/border/draft", data={"station": "Z", "partner": "邻镇"})
    text = page.get("/records/border?station=Z").text
    agreement = re.search(r'name="id" value="(\w+)"', text).group(1)
    data = {"station": "Z", "id": agreement, "partner": "邻镇", "joints": ["joint_defence"],
            "day": "2026-03-01", "until": "2026-02-01"}  # fmt: skip
    assert page.post("/records/border/sign", data=data).status_code == 422
    assert (
        page.post("/records/border/sign", data={**data, "until": "2029-03-01"}).status_code == 200
    )
    assert "2029-03-01" in page.get("/records/border", params={"partner": "邻镇"}).text
    theirs = page.get("/records/border", params={"partner": "远镇", "station": "S"}).text
    assert "2029-03-01" not in theirs
    assert page.post("/records/border/nonsense", data={"station": "Z"}).status_code == 422


def test_a_roster_is_planned_published_and_subscribed_to(page):
    staff = {"station": "S", "id": "w1", "name": "民警一", "skills": "driver"}
    assert page.post("/records/rosters/lead/staff", data=staff).status_code == 200
    shift = {"station": "S", "id": "w1", "post": "duty", "first": "2026-03-02"}
    text = page.post("/records/rosters/lead/shift", data=shift).text
    feed = re.search(r'href="(/records/duty/w1/\w+\.ics)"', text).group(1)
    short = {"station": "S", "first": "2026-03-02", "last": "2026-03-03"}
    assert page.post("/records/rosters/lead/publish", data=short).status_code == 422
    assert (
        page.post("/records/rosters/lead/publish", data={**short, "last": "2026-03-02"}).status_code
        == 200
    )
    (event,) = icalendar.Calendar.from_ical(page.get(feed).content).walk("VEVENT")
    assert str(event["STATUS"]) == "CONFIRMED"
    assert page.get(feed.replace("w1", "w2")).status_code == 404


def test_a_secondment_is_ended_and_a_person_leaves_on_the_page(page):
    """The last day is shown; a day without a stay, or a member without a reason, is refused."""
    staff = {"station": "S", "id": "w1", "name": "民警一"}
    page.post("/records/rosters/lead/staff", data=staff)
    stay = {"station": "S", "id": "w1", "other": "Z", "first": "2026-03-02", "last": "2026-03-31"}
    assert "2026-03-02–2026-03-31" in page.post("/records/rosters/lead/second", data=stay).text
    ends = {"station": "S", "id": "w1", "first": "2026-04-05"}
    assert page.post("/records/rosters/lead/recall", data=ends).status_code == 422
    ends["first"] = "2026-03-09"
    assert "2026-03-02–2026-03-09" in page.post("/records/rosters/lead/recall", data=ends).text
    assert page.post("/records/rosters/lead/left", data={**staff, "name": ""}).status_code == 422
    assert (
        page.post("/records/rosters/lead/left", data={**staff, "name": "调离"}).status_code == 200
    )


def test_a_survey_is_planned_drawn_answered_and_shown_with_its_interval(page):
    plan = {"station": "Z", "kind": "register", "checker": "T", "sizes": "g1 30\ng2 10"}
    assert page.post("/records/surveys/plan", data={**plan, "sizes": "g1"}).status_code == 422
    text = page.post("/records/surveys/plan", data=plan).text
    survey = re.search(r'data-survey="(\w+)"', text).group(1)
    for what in ("draw", "start"):
        text = page.post(f"/records/surveys/{what}", data={"station": "Z", "id": survey}).text
    ref = re.search(r'<option value="(g\d-\d+)">', text).group(1)
    data = {"station": "Z", "id": survey, "checker": "T", "ref": ref, "verdict": "right"}
    text = page.post("/records/surveys/answer", data=data).text
    assert "right 1 of 1" in text
    assert "not yet enough to claim" in text
    data["ref"] = "g9-1"
    assert page.post("/records/surveys/answer", data=data).status_code == 422


def test_a_draw_takes_the_register_s_own_references_and_no_names(page):
    plan = {"station": "Z", "kind": "register", "checker": "S", "sizes": "g-1 3\ng-2 2"}
    text = page.post("/records/surveys/plan", data=plan).text
    draw = {"station": "Z", "id": re.search(r'data-survey="(\w+)"', text).group(1)}
    rows = ["g-1 A-17", "g-1 A-18", "g-1 A-19", "g-2 B-1", "g-2 B-2"]
    for wrong in ("g-1 张三丰", "g-1 500239199001011234", "g-1", rows[0]):
        register = "\n".join([*rows, wrong])
        refused = page.post("/records/surveys/draw", data={**draw, "entries": register})
        assert refused.status_code == 422
        assert wrong.split()[-1] not in refused.text or wrong in ("g-1", rows[0])
    short = page.post("/records/surveys/draw", data={**draw, "entries": "\n".join(rows[1:])})
    assert short.status_code in (409, 422)
    page.post("/records/surveys/draw", data={**draw, "entries": "\n".join(rows)})
    page.post("/records/surveys/start", data=draw)
    form = page.get("/records/survey", params={"survey": draw["id"]}).text
    found = dict(re.findall(r'data-ref="([^"]+)" data-grid="([^"]*)"', form))
    assert found == {row.replace(" ", "-"): row.split()[0] for row in rows}


def test_every_refusal_of_the_records_has_words_in_chinese():
    import ast
    from pathlib import Path

    import hubpost
    from hubpost.web.languages import load_catalogue
    from hubpost.web.record_refusals import RECORD_REFUSAL

    house, codes = Path(hubpost.__file__).parent, set()
    for file in [*house.glob("model/records/*.py"), *house.glob("actions/records/*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused"
            if named and isinstance(node.args[0], ast.Constant):
                codes.add(node.args[0].value)
    assert len(codes) > 40
    assert codes - set(RECORD_REFUSAL) == {
        # These cannot come about through a page.
        "list_unknown", "list_wrong",
        "reason_missing", "field_known", "grid_taken", "grid_twice", "no_areas", "no_round",
        "unit_empty", "member_unknown", "danger_no_members", "query_short",
    } - set(RECORD_REFUSAL)  # fmt: skip
    assert set(RECORD_REFUSAL.values()) <= set(load_catalogue("zh_CN"))


def test_the_panel_of_a_call_leads_to_its_one_dispute_however_often_it_is_pressed(
    page,
    toy_store,  # noqa: F811
):
    taken = toy_store.write(lambda tx: receive_call(tx, toy_room(), report()), actor="a")
    address = f"/calls/{taken.call.id}/dispute"
    assert f'action="{address}"' in page.get(f"/calls/{taken.call.id}").text
    assert page.post(address).url == page.post(address).url


def test_a_grid_has_a_lead_its_gaps_and_a_round_the_officer_decides_on(page, toy_store, rules):  # noqa: F811
    toy_store.write(lambda tx: draw_grid(tx, rules, "Z", "一格", ["g1", "g2"]), actor="a")
    text = page.get("/records/grids?station=Z").text
    assert "1 of 1; too few people 1" in text
    grid = re.search(r'name="id" value="(\w+)"', text).group(1)
    lead = {"station": "Z", "id": grid, "member": "w7"}
    assert 'value="w7"' in page.post("/records/grids/lead", data=lead).text
    assert (
        page.post("/records/grids/call_out", data={"station": "Z", "grid": "g1"}).status_code == 422
    )
    minor = {"station": "Z", "grid": "g1", "member": "张三"}
    assert page.post("/records/grids/consent", data=minor).status_code == 422
    agreed = page.post("/records/grids/consent", data={**minor, "yes": "yes"}).text
    assert "张三" not in agreed
    assert "given" in agreed
    far = page.post("/records/grids/propose", data={"station": "Z"})
    assert far.status_code == 422  # the toy map knows no way between villages


def test_home_shows_what_is_mine_and_what_i_help_with(page):
    page.post("/actor", data={"name": "z1"})
    case = case_of(page, title="排水沟")
    page.post(f"{case}/grade", data={"choice": "major"})
    page.post(f"{case}/triage", data={"choice": "station", "text": "z1"})
    page.post(f"{case}/accept", data={"text": "z1"})
    text = page.get("/records?station=S").text
    mine = text[text.index('data-owed="own"') : text.index('data-owed="station"')]
    assert "排水沟" in mine
    assert "排水沟" in text[text.index('id="handled"') :]
    address = {"station": "Z", "whose": "own", "address": "json://127.0.0.1:1/"}
    shown = page.post("/records/reminders", data=address).text
    assert "An address is set" in shown
    assert "json://" not in shown
    bad = page.post("/records/reminders", data={**address, "address": "x"})
    assert bad.status_code == 422


def test_open_tasks_are_handed_over_on_the_page(page, toy_store):  # noqa: F811
    page.post("/records/tasks", data={"station": "Z"})
    toy_store.write(
        lambda tx: tx.conn.exec_driver_sql("UPDATE record SET owner_id = 'z1' WHERE kind = 'task'"),
        actor="a",
    )
    refused = page.post("/records/tasks/hand-over", data={"station": "Z", "from_id": "z1"})
    assert refused.status_code == 422
    moved = page.post(
        "/records/tasks/hand-over", data={"station": "Z", "from_id": "z1", "to_id": "z2"}
    )
    rows = re.findall(r"data-template.*?</tr>", moved.text)
    assert rows
    assert all("<td>z2</td>" in r for r in rows)


def in_field(page, draw=3):
    """A survey of station Z in the field, checked by S; its id and what was drawn."""
    plan = {"station": "Z", "kind": "register", "checker": "S", "sizes": f"g1 {draw}"}
    text = page.post("/records/surveys/plan", data=plan).text
    survey = re.search(r'data-survey="([^"]+)"', text).group(1)
    for what in ("draw", "start"):
        page.post(f"/records/surveys/{what}", data={"station": "Z", "id": survey})
    form = page.get("/records/survey", params={"survey": survey}).text
    return survey, re.findall(r'data-ref="([^"]+)"', form)


def test_the_field_form_lists_what_was_drawn_and_takes_each_verdict_once(page):
    survey, drawn = in_field(page)
    assert drawn == ["g1-00001", "g1-00002", "g1-00003"]
    answer = {"survey": survey, "ref": drawn[0], "grid": "g1", "verdict": "right"}
    first, second = (page.post("/records/survey/answers", data=answer) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    page.post("/records/survey/answers", data={**answer, "ref": drawn[1], "verdict": "wrong"})
    text = page.get("/records/surveys?station=Z").text
    assert "right 1 of 2 = 50.0 %" in text
    assert "reached 2 of 3" in text


def test_the_field_form_refuses_what_was_not_drawn_and_an_unknown_survey(page):
    survey, _ = in_field(page)
    answer = {"survey": survey, "ref": "g1-00009", "verdict": "right"}
    assert page.post("/records/survey/answers", data=answer).json()["code"] == "not_drawn"
    omitted = page.post("/records/survey/answers", data={**answer, "verdict": "omitted"})
    assert omitted.status_code == 201
    for wrong in ({**answer, "verdict": "perhaps"}, {**answer, "survey": "none"}):
        assert page.post("/records/survey/answers", data=wrong).status_code in (404, 422)
    assert page.get("/records/survey?survey=none").status_code == 404


def test_a_list_is_changed_on_its_page_only_whole_and_with_a_reason(page):
    shown = page.get("/records/lists?name=clocks").text
    text = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.S).group(1))
    assert "as shipped" in shown
    changed = text.replace("dispute_general,一般纠纷化解,7,", "dispute_general,一般纠纷化解,9,")
    assert changed != text
    send = {"name": "clocks", "text": changed, "reason": ""}
    assert page.post("/records/lists", data=send).status_code == 422
    after = page.post("/records/lists", data={**send, "reason": "county rule 3"}).text
    assert "the county&#39;s own version" in after
    broken = {**send, "reason": "x", "text": changed.replace("9,days", "none,days")}
    assert page.post("/records/lists", data=broken).status_code == 422
    case = case_of(page)
    page.post(f"{case}/grade", data={"choice": "general"})
    text = page.get(case).text
    due, graded = (
        date.fromisoformat(re.search(found + r"[^0-9]*([0-9-]+)", text).group(1))
        for found in ('id="due">', 'id="history"><li>')
    )
    # Nine days after the day of grading, ending with midnight.
    assert (due - graded).days == 10


def test_a_new_field_needs_an_owner_a_use_and_an_end(page):
    field = {"kind": "visit", "field": "dogs", "label": "犬只", "owner": "", "use": "防疫",
             "until": "2026-06-30"}  # fmt: skip
    assert page.post("/records/lists/field", data=field).status_code == 422
    later = {**field, "owner": "治安大队", "until": "2036-06-30"}
    assert page.post("/records/lists/field", data=later).status_code == 422
    assert "犬只" in page.post("/records/lists/field", data={**field, "owner": "治安大队"}).text
    assert 'name="extra_dogs"' in page.get("/records/visit").text
    visit = json.loads(sent("2026-03-01T10:00:00Z", extra={"dogs": "2"}))
    assert page.post("/records/visits", content=json.dumps(visit)).status_code == 201
    strange = {**visit, "id": "p2", "extra": {"cats": "1"}}
    assert page.post("/records/visits", content=json.dumps(strange)).json()["code"] == (
        "field_unknown"
    )
