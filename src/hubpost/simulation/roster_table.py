"""Rosters and secondments from a CSV file: who is when at a meal, off duty, on patrol, lent out."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from hubpost.model.unit import Unit
from hubpost.simulation.arrays import MEAL, OFF_DUTY, ON_DUTY, TRAINING
from hubpost.simulation.ground import Ground
from hubpost.simulation.inputs import DAY_S, SimulationInputs
from hubpost.simulation.roster import make_roster

#: Words of the column `duty`; a unit on patrol is on duty at another place.
DUTIES = {
    "meal": MEAL, "用餐": MEAL, "training": TRAINING, "训练": TRAINING, "off": OFF_DUTY,
    "休息": OFF_DUTY, "patrol": ON_DUTY, "巡逻": ON_DUTY, "seconded": ON_DUTY, "支援": ON_DUTY,
}  # fmt: skip
PATROL, SECONDED = ("patrol", "巡逻"), ("seconded", "支援")
COLUMNS = ("station_id", "unit_id", "duty", "from", "to", "weekdays", "area_id", "units")


@dataclass(frozen=True, slots=True)
class RosterLine:
    """What units do from begin_s to end_s of each of the weekdays (Monday is 0).

    seconded: more units that are at the station in that time and off duty else; 0 for the rest.
    area_id: where a patrol waits, else None.
    """

    row: int
    station_id: str | None
    unit_id: str | None
    duty: int
    begin_s: float
    end_s: float
    weekdays: frozenset[int]
    area_id: str | None
    seconded: int


def read_roster(path: Path) -> tuple[RosterLine, ...]:
    """The lines of a roster file. Raises ValueError that lists every problem by row and column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as why:
        raise ValueError(f"{path}: expected a readable CSV file in UTF-8; {why}.") from None
    if not rows or "duty" not in rows[0] or "from" not in rows[0]:
        raise ValueError(f"{path.name}: expected rows under the columns {', '.join(COLUMNS)}.")
    problems: list[str] = []
    lines = [_line(number, row, problems) for number, row in enumerate(rows, 2)]
    if problems:
        raise ValueError("\n".join(f"{path.name} {problem}" for problem in problems))
    return tuple(line for line in lines if line is not None)


def seconded_all_the_time(wanted: Mapping[str, int]) -> tuple[RosterLine, ...]:
    """So many units more at each station, day and night."""
    every_day = frozenset(range(7))
    return tuple(
        RosterLine(0, station, None, ON_DUTY, 0.0, DAY_S, every_day, None, units)
        for station, units in wanted.items()
    )


def with_roster(
    inputs: SimulationInputs, lines: Sequence[RosterLine], first_day: date, days: int
) -> SimulationInputs:
    """The inputs with the lines repeated over the days of a run, and the seconded units joined.

    Raises ValueError for unknown stations, units and areas, and lines of one unit that overlap.
    """
    _check_known(inputs, lines)
    units = list(inputs.ground.units)
    windows: dict[int, list[tuple[float, float, RosterLine]]] = {}
    for line in lines:
        for unit in _units_of(line, inputs.ground, units):
            windows.setdefault(unit, []).extend(
                (day * DAY_S + line.begin_s, day * DAY_S + line.end_s, line)
                for day in range(days)
                if (first_day + timedelta(day)).weekday() in line.weekdays
            )
    _check_overlap(windows)
    changes = [
        c for unit, times in windows.items() for c in _changes(inputs, units[unit], unit, times)
    ]
    ground = replace(inputs.ground, units=tuple(units))
    before = inputs.roster
    roster = replace(
        make_roster(changes), switch_t=before.switch_t, switch_layer=before.switch_layer
    )
    return replace(inputs, ground=ground, roster=roster)


def _units_of(line: RosterLine, ground: Ground, units: list[Unit]) -> list[int]:
    """Positions of the units that a line is about; those seconded join."""
    if not line.seconded:
        wanted = line.unit_id or line.station_id
        return [
            k
            for k, unit in enumerate(units)
            if wanted == (unit.id if line.unit_id else unit.station_id)
        ]
    station = line.station_id or ""
    for k in range(line.seconded):
        name = f"{station}-seconded-{line.row}-{k + 1}"
        units.append(Unit(name, name, station))
    return list(range(len(units) - line.seconded, len(units)))


def _changes(
    inputs: SimulationInputs,
    unit: Unit,
    k: int,
    times: Sequence[tuple[float, float, RosterLine]],
) -> list[tuple[float, int, int, int]]:
    """Duty and place of a unit by time; where a window ends as another begins, that one holds."""
    home = inputs.ground.station_idx[unit.station_id]
    lent = any(line.seconded for _, _, line in times)
    at: dict[float, tuple[int, int]] = {0.0: (OFF_DUTY, home)} if lent else {}
    at |= {end: (OFF_DUTY if lent else ON_DUTY, home) for _, end, _ in times}
    for begin, _, line in times:
        area = line.area_id
        place = home if area is None else int(inputs.ground.node_of[inputs.area_ids.index(area)])
        at[begin] = (line.duty, place)
    return [(second, k, duty, place) for second, (duty, place) in at.items()]


def _check_known(inputs: SimulationInputs, lines: Sequence[RosterLine]) -> None:
    known = inputs.ground.station_idx
    crews = {u.id for u in inputs.ground.units}
    wrong = [
        f"{f'row {line.row}, column ' if line.row else ''}{column}: expected one of this county, "
        f"found {value}"
        for line in lines
        for column, value, there in (
            ("station_id", line.station_id, known),
            ("unit_id", line.unit_id, crews),
            ("area_id", line.area_id, inputs.area_ids),
        )
        if value is not None and value not in there
    ]
    if wrong:
        raise ValueError("roster: " + "; ".join(wrong) + ".")


def _check_overlap(windows: Mapping[int, list[tuple[float, float, RosterLine]]]) -> None:
    for times in windows.values():
        times.sort(key=lambda window: window[:2])
        for (_, end, line), (begin, _, other) in pairwise(times):
            if begin < end:
                raise ValueError(
                    f"roster: row {line.row} and row {other.row} ask the same unit for two things "
                    "at the same time. Change the times of one."
                )


def _line(number: int, row: Mapping[str, str | None], problems: list[str]) -> RosterLine | None:
    def text(column: str) -> str | None:
        return (row.get(column) or "").strip() or None

    found: list[str] = []
    duty = text("duty") or ""
    if duty not in DUTIES:
        found.append(f"duty: expected one of {', '.join(DUTIES)}, found {duty!r}")
    if (text("station_id") is None) == (text("unit_id") is None):
        found.append("station_id, unit_id: expected exactly one of the two")
    begin, end = _clock(text("from"), "from", found), _clock(text("to"), "to", found)
    weekdays = _weekdays(text("weekdays"), found)
    if (duty in PATROL) != (text("area_id") is not None):
        found.append("area_id: expected for a patrol, and for nothing else")
    units = text("units") or "1"
    if duty in SECONDED and (not units.isdigit() or int(units) < 1 or text("station_id") is None):
        found.append(f"units: expected a station_id and a whole number from 1 on, found {units!r}")
    if found:
        problems += [f"row {number}, column {problem}." for problem in found]
        return None
    return RosterLine(
        number, text("station_id"), text("unit_id"), DUTIES[duty],
        begin, end if end > begin else end + DAY_S, weekdays, text("area_id"),
        int(units) if duty in SECONDED else 0,
    )  # fmt: skip


def _clock(text: str | None, column: str, problems: list[str]) -> float:
    """Seconds after midnight of 07:30 or 24:00."""
    hour, _, minute = (text or "").partition(":")
    if hour.isdigit() and minute.isdigit() and int(minute) < 60:
        seconds = int(hour) * 3600.0 + int(minute) * 60.0
        if seconds <= DAY_S:
            return seconds
    problems.append(f"{column}: expected a time as in 07:30, found {text!r}")
    return 0.0


def _weekdays(text: str | None, problems: list[str]) -> frozenset[int]:
    """Days of 1-5 or 1,3,7 (Monday is 1) as 0 to 6; all where nothing is said."""
    if text is None:
        return frozenset(range(7))
    found: set[int] = set()
    for part in text.split(","):
        low, _, high = part.partition("-")
        if not (
            low.isdigit() and (high or low).isdigit() and 1 <= int(low) <= int(high or low) <= 7
        ):
            problems.append(f"weekdays: expected as in 1-5 or 6,7 (Monday is 1), found {text!r}")
            return frozenset()
        found |= set(range(int(low) - 1, int(high or low)))
    return frozenset(found)
