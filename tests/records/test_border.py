"""The border: agreements and their clocks, bulletins without small cells, both sides' views."""

from datetime import date, timedelta

import pytest

from hubpost.actions.calls import receive_call
from hubpost.actions.records import border
from hubpost.model.call import CallCategory
from hubpost.model.refused import Refused
from tests.records.test_disputes import write
from tests.rooms import report, toy_room


def agree(store, rules, partner="邻镇", joints=("joint_defence", "joint_mediation")):
    draft = write(store, border.draft_agreement, rules, "Z", partner)
    return write(
        store, border.sign_agreement, rules, draft.id, parties=("濯水所", partner), joints=joints,
        signed_on=date(2026, 2, 28), expires_on=date(2029, 2, 27),
    )  # fmt: skip


def take_calls(store, counts):
    for category, count in counts.items():
        for _ in range(count):
            store.write(
                lambda tx, c=category: receive_call(tx, toy_room(), report(category=c)), actor="a"
            )


def test_an_agreement_is_reviewed_each_year(records_store, rules):
    signed = agree(records_store, rules)
    assert signed.state == "in_force"
    reviewed = write(records_store, border.review_agreement, rules, signed.id, "续行")
    assert reviewed.due_at > signed.due_at
    with pytest.raises(Refused, match="not in the list"):
        agree(records_store, rules, joints=("joint_picnic",))


def test_the_six_joints_are_data(rules):
    assert [r["name_zh"] for r in rules.lists["six_joints"]] == [
        "联防", "联动", "联调", "联治", "联建", "联管",
    ]  # fmt: skip


def test_the_weekly_bulletin_withholds_cells_under_five_and_what_would_give_them_away(
    records_store, rules
):
    """One small cell alone could be had by subtraction, so the next one goes too."""
    take_calls(
        records_store,
        {CallCategory.TRAFFIC: 7, CallCategory.DISPUTE: 3, CallCategory.CRIMINAL: 6},
    )
    drafted = write(records_store, border.draft_bulletin, rules, "Z", "邻镇", date(2026, 3, 1))
    assert drafted.week == "2026-W09"
    assert drafted.cells["traffic"] == 7
    assert drafted.cells["dispute"] is None
    assert drafted.cells["criminal"] is None
    assert drafted.cells["assistance"] == 0
    again = write(records_store, border.draft_bulletin, rules, "Z", "邻镇", date(2026, 3, 1))
    assert again == drafted
    assert write(records_store, border.send_bulletin, rules, drafted.id).state == "sent"


def test_acceptance_is_an_offer_and_only_a_commitment_binds(light_store, rules):
    asked = write(light_store, border.request_assistance, rules, "Z", "邻镇", "协查一辆货车")
    go = lambda move, text="": write(  # noqa: E731
        light_store, border.advance_assistance, rules, asked.id, move, text
    )
    with pytest.raises(Refused, match="cannot commit"):
        go("commit")
    go("offer", "可派一人")
    assert go("commit").owner_id == "anna"
    go("reply", "已查")
    assert go("release").closed_at is not None


def test_the_other_side_sees_its_own_slips_and_bulletins_and_no_more(light_store, rules, clock):
    agree(light_store, rules)
    agree(light_store, rules, partner="远镇")
    mine = write(
        light_store,
        border.request_assistance,
        rules,
        "Z",
        "邻镇",
        "协查一辆货车",
        case_no="内部案号",
    )
    write(light_store, border.request_assistance, rules, "Z", "远镇", "别处的事")
    drafted = write(light_store, border.draft_bulletin, rules, "Z", "邻镇", date(2026, 3, 1))
    planned = clock.now + timedelta(days=3)
    write(light_store, border.plan_joint_action, rules, "Z", "patrol", "邻镇", planned)
    view = light_store.read(lambda c: border.partner_view(c, "邻镇"))
    assert len(view.agreements) == len(view.actions) == len(view.requests) == 1
    assert view.bulletins == ()  # drafted, not sent
    assert "内部案号" not in str(view.requests)
    write(light_store, border.send_bulletin, rules, drafted.id)
    assert len(light_store.read(lambda c: border.partner_view(c, "邻镇")).bulletins) == 1
    slip = lambda partner: light_store.read(  # noqa: E731
        lambda c: border.get_partner_slip(c, mine.id, partner)
    )
    assert slip("邻镇").slip == "协查一辆货车"
    assert slip("远镇") is None
