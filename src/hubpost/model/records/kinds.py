"""Every kind of record, by name."""

from hubpost.model.records.border import (
    AGREEMENT_KIND,
    ASSISTANCE_KIND,
    BULLETIN_KIND,
    JOINT_ACTION_KIND,
)
from hubpost.model.records.change import Kind
from hubpost.model.records.dispute_rule import DISPUTE_KIND
from hubpost.model.records.grid import (
    BEAT_PLAN_KIND,
    CALL_OUT_KIND,
    CONSENT_KIND,
    POLICE_GRID_KIND,
    POSTING_KIND,
)
from hubpost.model.records.handover import HANDOVER_KIND
from hubpost.model.records.rating import RATING_KIND
from hubpost.model.records.roster import LEAVE_KIND, SHIFT_KIND, STAFF_KIND, SWAP_KIND
from hubpost.model.records.service import SERVICE_KIND, TICKET_KIND
from hubpost.model.records.subject import SUBJECT_KIND
from hubpost.model.records.survey import ANSWER_KIND, SURVEY_KIND
from hubpost.model.records.task import TASK_KIND
from hubpost.model.records.visit import ACTIVITY_KIND, HAZARD_KIND, VISIT_KIND

KINDS: dict[str, Kind] = {
    k.name: k
    for k in (
        DISPUTE_KIND,
        TASK_KIND,
        HANDOVER_KIND,
        VISIT_KIND,
        ACTIVITY_KIND,
        HAZARD_KIND,
        POLICE_GRID_KIND,
        POSTING_KIND,
        CALL_OUT_KIND,
        CONSENT_KIND,
        BEAT_PLAN_KIND,
        SERVICE_KIND,
        TICKET_KIND,
        RATING_KIND,
        AGREEMENT_KIND,
        JOINT_ACTION_KIND,
        BULLETIN_KIND,
        ASSISTANCE_KIND,
        STAFF_KIND,
        SHIFT_KIND,
        LEAVE_KIND,
        SWAP_KIND,
        SURVEY_KIND,
        ANSWER_KIND,
        SUBJECT_KIND,
    )
}
