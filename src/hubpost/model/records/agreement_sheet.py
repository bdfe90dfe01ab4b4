"""What stands on a mediation agreement, gathered for the document and kept nowhere."""

from dataclasses import dataclass
from datetime import date

from hubpost.model.records.dispute import Mediation


@dataclass(frozen=True, slots=True)
class SheetParty:
    """A party as named on the document; identity numbers are written in by hand."""

    side: str
    name: str
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class AgreementSheet:
    """The agreement of one dispute. confirm_by: last day of applying to the court, if any."""

    number: str
    mediation: Mediation
    county_name: str
    body_name: str
    parties: tuple[SheetParty, ...]
    facts: str
    terms: str
    agreed_on: date
    perform_by: date | None = None
    confirm_by: date | None = None
    mediators: tuple[str, ...] = ()
    synthetic: bool = False
