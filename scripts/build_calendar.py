"""Write data/calendar/china.csv from the package `chinese-calendar` (MIT), which is no dependency.

Run when the State Council has announced another year:
    uv run --with chinese-calendar python scripts/build_calendar.py
"""

import csv
from pathlib import Path

import chinese_calendar.constants as announced

TARGET = Path(__file__).parents[1] / "data" / "calendar" / "china.csv"


def list_days() -> list[tuple[str, str, str]]:
    """Days that differ from the plain week: date, off or work, name of the holiday."""
    days = [(d.isoformat(), "off", name) for d, name in announced.holidays.items()]
    days += [(d.isoformat(), "work", name) for d, name in announced.workdays.items()]
    return sorted(days)


if __name__ == "__main__":
    with TARGET.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("date", "kind", "name"))
        writer.writerows(list_days())
    print(f"{TARGET.name}: {len(list_days())} days")
