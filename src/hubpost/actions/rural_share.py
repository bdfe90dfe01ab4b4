"""Share of the police in rural stations, before and after secondments."""

from hubpost.model.county import County
from hubpost.planning.staffing import rural_share
from hubpost.planning.staffing_report import RuralShare


def headquarters_of(
    county: County, headquarters: float | None = None, seconded: float | None = None
) -> tuple[float | None, float | None]:
    """(officers of headquarters, of them to be seconded): as given, else of the officers sheet.

    Those with a cycle are to be seconded; None where neither says.
    """
    if county.officers is not None and len(county.officers):
        sheet = county.officers.filter(county.officers["hq"].fill_null(False))
        headquarters = float(len(sheet)) if headquarters is None else headquarters
        if seconded is None and "cycle" in sheet.columns and sheet["cycle"].is_not_null().any():
            seconded = float(sheet["cycle"].is_not_null().sum())
    return headquarters, seconded


def share_of_police(
    county: County, headquarters: float | None = None, seconded: float | None = None
) -> RuralShare:
    """Officers of the stations over all officers; None, with the reason, where not known."""
    headquarters, seconded = headquarters_of(county, headquarters, seconded)
    officers = [s.officers for s in county.stations]
    rural = None if any(o is None for o in officers) else float(sum(o or 0 for o in officers))
    if rural is None or headquarters is None:
        missing = "officers of some stations" if rural is None else "officers of headquarters"
        reason = f"{missing} unknown: fill in the sheet, or give --headquarters and --seconded"
        return RuralShare(rural, headquarters, seconded, None, None, reason)
    everybody = rural + headquarters
    if everybody == 0:
        return RuralShare(rural, headquarters, seconded, None, None, "there are no officers")
    before = rural_share(rural, everybody)
    if seconded is None:
        reason = "the number seconded is unknown: give --seconded"
        return RuralShare(rural, headquarters, None, before, None, reason)
    after = rural_share(rural + seconded, everybody)
    return RuralShare(rural, headquarters, seconded, before, after)
