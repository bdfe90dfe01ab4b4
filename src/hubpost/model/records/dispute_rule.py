"""What the law and the county's clocks ask of each move of a dispute."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

from hubpost.model.records.change import Change, Kind, Rules
from hubpost.model.records.dispute import (
    DISPUTE,
    Dispute,
    DisputeCategory,
    DisputeLevel,
    Mediation,
)
from hubpost.model.refused import Refused

_Step = Callable[[Dispute, Dispute, Change, Rules], Dispute]
#: Police mediation is held once, and once more where needed.
POLICE_SITTINGS = 2


def rule_dispute(before: Dispute | None, after: Dispute, change: Change, rules: Rules) -> Dispute:
    """The dispute with its clocks set. Raises Refused when a rule of the move is not met."""
    _require_category(after)
    step = _STEPS.get(change.move)
    if step is not None:
        after = step(before or after, after, change, rules)
    return replace(after, due_at=next_due(after, rules))


def next_due(dispute: Dispute, rules: Rules) -> datetime | None:
    """The earliest thing owed now, None when nothing is."""
    state = dispute.state
    if state in ("struck", "declined", "withdrawn", "transferred", "archived"):
        return None
    if state in ("registered", "reopened"):
        code = "dispute_move_on" if dispute.outside_jurisdiction else "dispute_grade"
        begun = dispute.opened_at if state == "registered" else dispute.graded_at
        return rules.deadline(code, begun or dispute.opened_at).at
    if state in ("following_up", "settled"):
        return _next_follow_up(dispute, rules)
    if state in ("agreed", "performing"):
        return _perform_by(dispute, rules)
    unreported = dispute.report_by if dispute.reported_at is None else None
    return min((t for t in (dispute.resolve_by, unreported) if t), default=None)


def _require_category(after: Dispute) -> None:
    if after.category not in set(DisputeCategory):
        raise Refused(
            "field_wrong",
            f"Expected a dispute category ({', '.join(DisputeCategory)}), came {after.category!r}.",
        )
    if after.people_count < 1:
        raise Refused("field_wrong", f"Expected people_count >= 1, came {after.people_count}.")


def _grade(before: Dispute, after: Dispute, change: Change, rules: Rules) -> Dispute:
    if after.group and after.level is DisputeLevel.GENERAL:
        raise Refused(
            "group_needs_level",
            f"A dispute of {after.people_count} people is at least complex. Choose another level.",
        )
    if after.level is DisputeLevel.UNGRADED:
        return after
    begun = after.opened_at if after.round == 1 else change.at
    by = rules.deadline(f"dispute_{after.level.value}", begun)
    report_by = None
    if after.level is DisputeLevel.MAJOR:
        report_by = before.report_by or rules.deadline("dispute_report", change.at).at
    return replace(
        after,
        graded_at=change.at,
        resolve_by=by.at,
        report_by=report_by,
        extension_reason="",
        provisional=by.provisional,
    )


def _report_up(before: Dispute, after: Dispute, change: Change, rules: Rules) -> Dispute:
    return replace(after, reported_at=before.reported_at or change.at)


def _extend(before: Dispute, after: Dispute, change: Change, rules: Rules) -> Dispute:
    if before.extension_reason:
        raise Refused(
            "extended_before",
            "This period was extended once already. Escalate the dispute or regrade it.",
        )
    by = rules.deadline("dispute_extension", before.resolve_by or change.at)
    return replace(after, resolve_by=by.at, provisional=by.provisional)


def _sit(before: Dispute, after: Dispute, change: Change, rules: Rules) -> Dispute:
    sitting = after.sittings[-1] if len(after.sittings) > len(before.sittings) else None
    if sitting is None:
        raise Refused("field_missing", "Say when and how the sitting was held.")
    if sitting.at > change.at:
        raise Refused("time_ahead", f"A sitting at {sitting.at.isoformat()} lies ahead.")
    attending = [p for p in after.parties if p.key in sitting.attended]
    if any(p.minor for p in attending) and not sitting.guardian_present:
        raise Refused(
            "guardian_missing",
            "A party is under 18: a parent or guardian must be present. Hold the sitting again.",
        )
    if sitting.mediation is Mediation.POLICE:
        _require_police_mediation(before, sitting.at, rules)
    return after


def _require_police_mediation(before: Dispute, at: datetime, rules: Rules) -> None:
    if before.exclusion:
        raise Refused(
            "mediation_excluded",
            f"Police mediation is barred here ({before.exclusion}). Handle it as a case.",
        )
    held = [
        s.at for s in before.sittings[before.sittings_before :] if s.mediation is Mediation.POLICE
    ]
    if len(held) >= POLICE_SITTINGS:
        raise Refused(
            "mediated_twice",
            "Police mediation was held twice. Handle it as a case, or transfer it.",
        )
    if held and at >= rules.deadline("police_second_mediation", held[0]).at:
        raise Refused(
            "second_mediation_late",
            "The second police mediation was due within 7 working days of the first.",
        )


def _agree(before: Dispute, after: Dispute, change: Change, rules: Rules) -> Dispute:
    last = after.sittings[-1] if len(after.sittings) > after.sittings_before else None
    if last is None:
        raise Refused("field_missing", "An agreement needs a sitting. Note the sitting first.")
    confirm_by = None
    # An agreement of police mediation is no civil one: courts confirm those of mediators only.
    if last.mediation is not Mediation.POLICE:
        confirm_by = rules.deadline("judicial_confirmation", change.at).at
    return replace(after, agreed_at=change.at, confirm_by=confirm_by, confirmation="")


def _apply_confirmation(before: Dispute, after: Dispute, change: Change, rules: Rules) -> Dispute:
    if before.confirm_by is None:
        raise Refused("not_confirmable", "Only a mediators' agreement can be confirmed by a court.")
    if change.at >= before.confirm_by:
        raise Refused(
            "confirmation_late",
            "The 30 days for applying to the court together are over.",
            by=before.confirm_by.isoformat(),
        )
    if before.confirmation:
        raise Refused("confirmation_known", f"Confirmation is {before.confirmation} already.")
    return replace(after, confirmation="applied")


def _note_confirmation(before: Dispute, after: Dispute, change: Change, rules: Rules) -> Dispute:
    if before.confirmation != "applied" or after.confirmation not in ("confirmed", "rejected"):
        raise Refused(
            "field_wrong",
            "Expected confirmed or rejected, for an agreement whose confirmation was applied for.",
        )
    return after


def _performed(before: Dispute, after: Dispute, change: Change, rules: Rules) -> Dispute:
    return replace(after, performed_at=change.at)


def _follow_up(before: Dispute, after: Dispute, change: Change, rules: Rules) -> Dispute:
    if len(after.follow_ups) != len(before.follow_ups) + 1:
        raise Refused("field_missing", "Say how the follow-up went: kept, or not.")
    return after


def _settle(before: Dispute, after: Dispute, change: Change, rules: Rules) -> Dispute:
    done = after.follow_ups[after.follow_ups_before :]
    if not done or not done[-1].passed:
        raise Refused(
            "follow_up_missing",
            "A dispute is settled only after a passed follow-up. Follow it up first.",
        )
    return replace(after, settled_at=change.at)


def _archive(before: Dispute, after: Dispute, change: Change, rules: Rules) -> Dispute:
    if before.state == "settled" and _next_follow_up(before, rules) is not None:
        raise Refused("follow_up_missing", "The second follow-up is still owed. Do it first.")
    return replace(after, closed_at=change.at)


def _reopen(before: Dispute, after: Dispute, change: Change, rules: Rules) -> Dispute:
    if before.settled_at is None:
        raise Refused("not_settled", "Only a settled dispute is reopened. Register a new one.")
    if change.at >= rules.deadline("dispute_reopen", before.settled_at).at:
        raise Refused(
            "reopening_late",
            "The 90 days for reopening are over. Register a new dispute and link this one.",
        )
    return replace(
        after,
        round=before.round + 1,
        sittings_before=len(before.sittings),
        follow_ups_before=len(before.follow_ups),
        settled_at=None,
        closed_at=None,
        agreed_at=None,
        performed_at=None,
        confirm_by=None,
        resolve_by=None,
        graded_at=change.at,
        reported_at=None,
        report_by=None,
    )


def _withdrawn(before: Dispute, after: Dispute, change: Change, rules: Rules) -> Dispute:
    return replace(after, closed_at=change.at)


def _next_follow_up(dispute: Dispute, rules: Rules) -> datetime | None:
    """The first follow-up not yet passed; None when both were."""
    begun = dispute.performed_at or dispute.opened_at
    passed = sum(f.passed for f in dispute.follow_ups[dispute.follow_ups_before :])
    codes = ("dispute_follow_up_1", "dispute_follow_up_2")
    return None if passed >= len(codes) else rules.deadline(codes[passed], begun).at


def _perform_by(dispute: Dispute, rules: Rules) -> datetime | None:
    if dispute.perform_by is None:
        return dispute.resolve_by
    day = dispute.perform_by + timedelta(days=1)
    return datetime.combine(day, time(), rules.zone)


_STEPS: dict[str, _Step] = {
    "grade": _grade,
    "regrade": _grade,
    "report_up": _report_up,
    "extend": _extend,
    "sit": _sit,
    "agree": _agree,
    "apply_confirmation": _apply_confirmation,
    "note_confirmation": _note_confirmation,
    "performed": _performed,
    "follow_up": _follow_up,
    "settle": _settle,
    "archive": _archive,
    "reopen": _reopen,
    "decline": _withdrawn,
    "withdraw": _withdrawn,
    "transfer": _withdrawn,
    "strike": _withdrawn,
}

DISPUTE_KIND = Kind(
    Dispute,
    DISPUTE,
    "纠",
    rule_dispute,
    texts=("title", "cause", "place_text"),
    private=("title", "cause", "terms", "reason", "extension_reason"),
)
