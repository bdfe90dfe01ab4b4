"""Generate a county's synthetic officers of headquarters from its own folder.

    .venv/bin/python scripts/generate_officers.py data/qianjiang

Reads stations.csv and the table [officers] of generator.toml.
"""

import argparse
from pathlib import Path

from bundles.officer_rows import write_officers


def main() -> None:
    """Write officers.csv and say how many."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("county", type=Path)
    args = parser.parse_args()
    rows = write_officers(args.county)
    print(f"{args.county / 'officers.csv'}: {rows} synthetic officers")


if __name__ == "__main__":
    main()
