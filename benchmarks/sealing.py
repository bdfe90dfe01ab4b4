"""What sealing costs: the same import, lists and searches with it and, as the peer, without.

Usage: python benchmarks/sealing.py [rows] [sqlite|postgresql]. Both in one run, by turns; ratios of
processor time, the load beside them.
"""

import os
import sys
import tempfile
from pathlib import Path
from unittest import mock

from benchmarks.records import main

from hubpost.storage.vault import KEYS_VARIABLE, Vault


def unsealed():
    """The same program with every value and every pair of characters left as it is."""
    return mock.patch.multiple(
        Vault,
        seal=lambda self, text, place: text,
        open=lambda self, value, place: value,
        open_lenient=lambda self, value, place: value,
        term=lambda self, pair: pair,
    )


def run(count: int, kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ[KEYS_VARIABLE] = str(Path(folder) / "keys")
        print(f"== sealed; load {os.getloadavg()[0]:.1f}")
        main(count, kind)
        print(f"== not sealed; load {os.getloadavg()[0]:.1f}")
        with unsealed():
            main(count, kind)


if __name__ == "__main__":
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    run(rows, sys.argv[2] if len(sys.argv) > 2 else "sqlite")
