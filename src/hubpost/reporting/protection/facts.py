"""What the pages on data protection are made of: tables and settings, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonalColumn:
    """A column that tells of persons; why: "" when it is sealed, else why it stays open."""

    table: str
    column: str
    data: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long something is kept; basis: public rule, or proposed by Hubpost, or the county's."""

    what: str
    period: str
    basis: str


@dataclass(frozen=True, slots=True)
class ProtectionFacts:
    """Everything the pages tell; values: named figures of settings that controls refer to.

    county: whose settings these are, "" for those as shipped.
    """

    county: str
    columns: tuple[PersonalColumn, ...]
    retention: tuple[Retention, ...]
    purposes: tuple[str, ...]
    rights: Mapping[str, tuple[str, ...]]
    values: Mapping[str, str]
