"""What every record has, whatever its kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record as it stands; kinds add their own fields.

    number: shown to people, gapless within kind and year. version: counts the changes.
    station_id: who answers for it. owner_id: the member of staff who does.
    opened_at: when the matter began. due_at: the next thing that must have happened by then.
    batch_id: the import it came by. synthetic: made up, and said so wherever it is shown.
    extra: fields the county added for a time, by name (see actions/records/extra_fields.py).
    """

    id: str
    number: str = ""
    state: str = ""
    version: int = 0
    station_id: str = ""
    area_id: str | None = None
    owner_id: str = ""
    category: str = ""
    title: str = ""
    opened_at: datetime
    due_at: datetime | None = None
    closed_at: datetime | None = None
    synthetic: bool = False
    batch_id: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


#: Fields that no one sets by hand.
KEPT = frozenset({"id", "number", "state", "version", "due_at", "closed_at", "batch_id"})
