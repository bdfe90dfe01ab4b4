"""A command typed asks for the same right, at the same place, as the button that does it."""

from uuid import uuid4

import pytest

from hubpost.dispatch.command_verbs import UNIT_VERBS, VERBS
from hubpost.model.access import Role
from hubpost.model.unit import UnitActivity
from hubpost.web.routes.line import STEP_RIGHT
from tests.gate.conftest import of_group
from tests.rooms import report, toy_room


def type_line(browser, text):
    return browser.post("/line", data={"text": text, "request_id": uuid4().hex})


@pytest.fixture
def call_at_z(toy_store):
    from hubpost.actions.calls import receive_call

    store, room = toy_store, toy_room()
    return store.write(lambda tx: receive_call(tx, room, report()), actor="desk").call


def test_every_step_of_a_line_names_its_right():
    steps = {*VERBS.values(), *UNIT_VERBS.values()} - set(UnitActivity) - {"crew"}
    assert set(STEP_RIGHT) == steps


def test_a_dispatcher_of_another_group_moves_neither_call_nor_unit(as_role, toy_store, call_at_z):
    browser = as_role(of_group(Role.DISPATCHER, "T"))
    for text in ("0001 派 S1 test", "0001 结 done", "S1 备", "S1 移 T"):
        assert type_line(browser, text).status_code in (403, 409), text
    assert toy_store.board.units["S1"].call_id is None
    assert not toy_store.board.units["S1"].reserve
    assert call_at_z.id in toy_store.board.calls
    assert type_line(browser, "T1 备").status_code == 200
    assert toy_store.board.units["T1"].reserve
