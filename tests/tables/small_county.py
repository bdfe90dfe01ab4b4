"""A county of three stations to break in a test, one thing at a time."""

from pathlib import Path

from hubpost.tables import CountyCheck, Problem, Severity, check_county

TOML = 'name = "小县"\ntimezone = "Europe/Lisbon"\n'
STATIONS = """id,name,lon,lat,border,officers
S1,One,-8.60,41.10,no,7
S2,Two,-8.50,41.15,yes,
S3,Three,-8.55,41.25,,5
"""
AREAS = """id,name,station_id,lon,lat,population
A1,Upper,S1,-8.61,41.11,120
A2,Lower,S2,-8.52,41.14,
A3,Far,S3,-8.56,41.24,80
"""
CALLS = """id,received_at,lon,lat,area_id,category,priority,dispatched_at,arrived_at,cleared_at
C1,2014-07-03T11:02,-8.60,41.11,,criminal,1,2014-07-03T11:03,2014-07-03T11:20,2014-07-03T12:00
C2,2014-07-03T12:30,,,A2,traffic,2,,,
C3,2014-01-03 12:30:15,-8.55,41.2,,,,,2014-01-03 12:40,
"""
NEIGHBOURS = """station_id,other_id,outside,name,lon,lat
S1,S2,no,,,
S2,S3,,,,
S3,X9,yes,Beyond,-8.5,41.4
"""


def write_county(folder: Path, **files: str | bytes | None) -> Path:
    """The small county with some of its files replaced, added or (None) left out.

    A name such as calls_csv means the file calls.csv.
    """
    contents: dict[str, str | bytes | None] = {
        "county_toml": TOML,
        "stations_csv": STATIONS,
        "areas_csv": AREAS,
        "calls_csv": CALLS,
        "neighbours_csv": NEIGHBOURS,
        **files,
    }
    folder.mkdir(exist_ok=True)
    for key, content in contents.items():
        name = key.replace("_csv", ".csv").replace("_toml", ".toml").replace("_gz", ".gz")
        if content is not None:
            data = content if isinstance(content, bytes) else content.encode("utf-8")
            (folder / name).write_bytes(data)
    return folder


def check_with(folder: Path, **files: str | bytes | None) -> CountyCheck:
    return check_county(write_county(folder, **files))


def problems(check: CountyCheck) -> list[Problem]:
    return [p for p in check.problems if p.severity is Severity.PROBLEM]


def warnings(check: CountyCheck) -> list[Problem]:
    return [p for p in check.problems if p.severity is Severity.WARNING]


def places(found: list[Problem]) -> list[tuple[str, int | None, str | None, str]]:
    """File, row, column and kind of each problem."""
    return [(p.file, p.row, p.column, p.kind) for p in found]
