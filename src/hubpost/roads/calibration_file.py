"""A calibration as a file: what was fitted, on what, how good it is, and whether it holds."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubpost.roads.calibration import CalibrationReport
from hubpost.roads.errors import RoadFileError
from hubpost.roads.trips import GROUP_OF_CLASS, GROUPS

FORMAT = 1


@dataclass(frozen=True, slots=True)
class KeptCalibration:
    """Factors as kept in a file.

    factor: (groups,) multiplier of free-flow time. low_share, high_share: ends of the interval as
    shares of what was predicted, coverage the probability it holds. from_departure: the records
    began when the wheels turned; else they contain the turnout, and so does the interval.
    doubts: what speaks against using it; accepted: why it is used all the same. labels: words
    such as *synthetic* that must stand beside what comes of it. checksum: of the file.
    """

    factor: tuple[float, ...]
    low_share: float
    high_share: float
    coverage: float
    from_departure: bool
    doubts: tuple[str, ...] = ()
    accepted: str = ""
    labels: tuple[str, ...] = ()
    checksum: str = ""

    @property
    def usable(self) -> bool:
        """Nothing speaks against it, or somebody said why it is used all the same."""
        return not self.doubts or bool(self.accepted.strip())

    def class_factor(self) -> NDArray[np.float64]:
        """(classes,) multiplier of travel time by road class."""
        return np.asarray(np.array(self.factor)[GROUP_OF_CLASS])

    def eta_range_s(self, turnout_s: float, travel_s: float) -> tuple[float, float]:
        """Earliest and latest seconds to arrival; the records say how far turnout is in it."""
        if self.from_departure:
            return turnout_s + travel_s * self.low_share, turnout_s + travel_s * self.high_share
        eta_s = turnout_s + travel_s
        return eta_s * self.low_share, eta_s * self.high_share


def write_calibration(
    path: Path,
    report: CalibrationReport,
    *,
    coverage: float,
    from_departure: bool,
    accepted: str = "",
    labels: tuple[str, ...] = (),
    source: str = "",
) -> dict[str, Any]:
    """Write a report as a calibration file; what was written."""
    fitted = report.calibration
    document = {
        "format": FORMAT,
        "source": source,
        "labels": list(labels),
        "from_departure": from_departure,
        "coverage": coverage,
        "low_share": round(fitted.low_share, 4),
        "high_share": round(fitted.high_share, 4),
        "accepted": accepted.strip(),
        **report.to_json(),
    }
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return document


def read_calibration(path: Path) -> KeptCalibration:
    """The calibration of a file; raises RoadFileError where it is none."""
    try:
        raw = path.read_bytes()
        found = json.loads(raw)
        if found.get("format") != FORMAT:
            raise ValueError(f"format {found.get('format')}")
        kept = KeptCalibration(
            factor=tuple(float(found["factors"][group]) for group in GROUPS),
            low_share=float(found["low_share"]),
            high_share=float(found["high_share"]),
            coverage=float(found["coverage"]),
            from_departure=bool(found["from_departure"]),
            doubts=tuple(found["doubts"]),
            accepted=str(found["accepted"]),
            labels=tuple(found["labels"]),
            checksum=hashlib.sha256(raw).hexdigest()[:12],
        )
        if not all(0 < x < 100 for x in (*kept.factor, kept.low_share, kept.high_share)):
            raise ValueError("factors and shares must be positive")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RoadFileError(
            f"{path}: expected a file made by `hubpost roads calibrate`, found none that can be "
            f"used ({error}). Make it again, or take it away."
        ) from error
    return kept
