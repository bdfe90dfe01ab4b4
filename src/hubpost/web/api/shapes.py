"""What the REST interface takes, checked strictly: types, lengths, ranges, zones."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Header, Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from hubpost.model.call import CallCategory, CallMode, Priority

_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _in_our_time(at: datetime) -> datetime:
    if not _FIRST <= at < _LAST:
        raise ValueError("expected a time from 2000 to 2099, with its zone")
    return at


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable() or c == "\n").strip()


_ID = r"^[^\x00-\x20/\\?#\x7f]{1,64}$"
Id = Annotated[str, Field(pattern=_ID)]
InPath = Annotated[str, Path(pattern=_ID)]
Text = Annotated[str, Field(max_length=1000), AfterValidator(_printable)]
ShortText = Annotated[str, Field(max_length=200), AfterValidator(_printable)]
Instant = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, strict=True)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(ge=1, le=20, strict=True)]
Skills = Annotated[tuple[ShortText, ...], Field(max_length=10)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,200}$",
        description="A request sent twice with one key acts once and gets the first reply.",
    ),
]


class _Shape(BaseModel):
    """No field that is not known: a misspelt one must not be taken for absent."""

    model_config = ConfigDict(extra="forbid")


class NewCall(_Shape):
    """A call. A place is lon and lat; received_at is for late entry, due_at for mode scheduled."""

    category: CallCategory
    priority: Priority
    lon: Lon
    lat: Lat
    area_id: Id | None = None
    station_id: Id | None = None
    place_text: ShortText = ""
    note: Text = ""
    confirmed: Flag = False
    units_needed: Count = 1
    exercise: Flag = False
    mode: CallMode = CallMode.LIVE
    due_at: Instant | None = None
    danger: Flag = False
    skills_needed: Skills = ()
    caller_phone: Annotated[str, Field(pattern=r"^[0-9 +-]{3,20}$")] | None = None
    source: Annotated[str, Field(pattern=r"^[a-z]{0,20}$")] = ""
    received_at: Instant | None = None


class Amendment(_Shape):
    """What is put right; a field left out stays as it was. A new place needs lon and lat."""

    category: CallCategory | None = None
    priority: Priority | None = None
    lon: Lon | None = None
    lat: Lat | None = None
    area_id: Id | None = None
    place_text: ShortText | None = None
    note: Text | None = None
    confirmed: Flag | None = None
    units_needed: Count | None = None
    mode: CallMode | None = None
    danger: Flag | None = None
    skills_needed: Skills | None = None
    reason: ShortText = ""


class Assignment(_Shape):
    """A unit to send; override_reason when it is not the advice."""

    unit_id: Id
    override_reason: ShortText | None = None


class Joining(_Shape):
    """The other call, of a merge or a link."""

    other_call_id: Id
    reason: ShortText = ""


class Saying(_Shape):
    """A line, or a reason."""

    text: Text = ""


class Transfer(_Shape):
    """The hub station whose command room is to handle the call."""

    room_id: Id
    reason: ShortText


class Step(_Shape):
    """When it was done, if that was before now."""

    at: Instant | None = None


class Position(_Shape):
    """A fix, by the device's clock; sent_at tells how far that clock is off."""

    lon: Lon
    lat: Lat
    fixed_at: Instant
    sent_at: Instant | None = None
    accuracy_m: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)] | None = None


class Tap(_Shape):
    """One action of a field device."""

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")]
    step: Annotated[str, Field(max_length=20)]
    at: Instant
    call_id: Annotated[str, Field(pattern=r"^[^\x00-\x20/\\?#\x7f]{0,64}$")] = ""
    text: Text = ""


class Queue(_Shape):
    """What a field device did, oldest first, and its clock when it sent."""

    sent_at: Instant
    actions: Annotated[tuple[Tap, ...], Field(max_length=200)]


class Refusal(BaseModel):
    """Why nothing was done: the code of the rule, words, and what stood against it."""

    code: str
    message: str
    detail: dict[str, str] = {}
