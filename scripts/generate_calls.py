"""Generate a county's synthetic calls from files that lie in its own folder.

    .venv/bin/python scripts/generate_calls.py data/qianjiang [--seed N] [--out FILE.csv.gz]

Reads stations.csv, areas.csv, county.toml, generator.toml and the fitted tables it names.
"""

import argparse
from pathlib import Path

from bundles.call_generator import COLUMNS
from bundles.county_calls import generate_for_county
from bundles.tables import write_rows


def main() -> None:
    """Write calls.csv.gz and say how many."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("county", type=Path)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    rows = generate_for_county(args.county, args.seed)
    out = args.out or args.county / "calls.csv.gz"
    write_rows(out, COLUMNS, rows)
    print(f"{out}: {len(rows)} synthetic calls")


if __name__ == "__main__":
    main()
