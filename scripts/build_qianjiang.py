"""Build data/qianjiang from the shared data folder: python scripts/build_qianjiang.py SHARED.

Real: township units, seats, heights, population, villages. Estimated: village positions and
populations, cells, neighbours. Synthetic: staff, calls, indicators. See data/qianjiang/README.md.
"""

import sys
from pathlib import Path

from bundles.call_generator import COLUMNS
from bundles.county_calls import generate_for_county
from bundles.fitted import fit_to_folder
from bundles.indicator_rows import indicator_rows
from bundles.officer_rows import write_officers
from bundles.qianjiang_places import build_places
from bundles.tables import read_rows, write_rows

TARGET = Path(__file__).resolve().parent.parent / "data" / "qianjiang"


def main(shared: Path) -> None:
    """Write the bundle; what is printed goes into its README."""
    build_places(shared / "qianjiang", TARGET)
    fit_to_folder(shared, TARGET / "fitted")
    calls = generate_for_county(TARGET)
    write_rows(TARGET / "calls.csv.gz", COLUMNS, calls)
    write_officers(TARGET)
    codes = [r["code"] for r in read_rows(TARGET.parent / "domain" / "indicators.csv")]
    sheets = [read_rows(TARGET / f"{n}.csv") for n in ("stations", "areas", "neighbours")]
    write_rows(
        TARGET / "indicators.csv",
        ["station_id", "year", *codes],
        indicator_rows(codes, *sheets, calls),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
