"""What a partner across the border is shown of a call: a redacted slip."""

from hubpost.model.aid import AidSlip
from hubpost.model.call import Call

#: Places are rounded to this many decimals of a degree: about ten metres, enough to drive to.
PLACE_DECIMALS = 4


def make_slip(call: Call, case_no: str, line: str = "") -> AidSlip:
    """The slip of a call: what a helping unit needs, and nothing of any person.

    Caller, note, area and unit names stay at home; `line` is written for the partner by hand.
    """
    return AidSlip(
        case_no=case_no,
        category=call.category,
        priority=call.priority,
        lon=round(call.lon, PLACE_DECIMALS),
        lat=round(call.lat, PLACE_DECIMALS),
        place_text=call.place_text,
        line=line.strip(),
        danger=call.danger,
        units_needed=call.units_needed,
        exercise=call.exercise,
    )
