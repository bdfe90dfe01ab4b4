"""Gathering what a mediation agreement says; naming each party is a logged view."""

from datetime import timedelta

from hubpost.actions.records.privacy import view_person
from hubpost.model.records.agreement_sheet import AgreementSheet, SheetParty
from hubpost.model.records.change import Rules
from hubpost.model.records.dispute import Dispute
from hubpost.model.records.dispute_rule import DISPUTE_KIND
from hubpost.model.records.personal import Purpose
from hubpost.model.refused import Refused
from hubpost.storage.records.reading import get_record
from hubpost.storage.transaction import Tx


def make_agreement_sheet(
    tx: Tx, rules: Rules, dispute_id: str, *, county_name: str
) -> AgreementSheet:
    """The sheet of an agreed dispute. Raises Refused before an agreement is reached."""
    dispute = get_record(tx.conn, DISPUTE_KIND, dispute_id)
    if not isinstance(dispute, Dispute) or dispute.agreed_at is None:
        raise Refused("not_agreed", "There is no agreement yet. Note it first, then print it.")
    parties = tuple(_named(tx, dispute_id, p.key, p.side) for p in dispute.parties)
    last = dispute.sittings[-1]
    confirm_by = dispute.confirm_by
    return AgreementSheet(
        number=dispute.number,
        mediation=last.mediation,
        county_name=county_name,
        body_name=tx.board.stations[dispute.station_id].name,
        parties=parties,
        facts=dispute.cause or dispute.title,
        terms=dispute.terms,
        agreed_on=dispute.agreed_at.astimezone(rules.zone).date(),
        perform_by=dispute.perform_by,
        confirm_by=(confirm_by.astimezone(rules.zone) - timedelta(seconds=1)).date()
        if confirm_by
        else None,
        mediators=tuple(dict.fromkeys(s.staff_id for s in dispute.sittings)),
        synthetic=dispute.synthetic,
    )


def _named(tx: Tx, dispute_id: str, key: str, side: str) -> SheetParty:
    person = view_person(tx, dispute_id, key, Purpose.MEDIATE, "调解协议书")
    return SheetParty(side, person.name, person.phone, person.address)
