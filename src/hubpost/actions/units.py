"""What units do when they are on no call."""

from hubpost.model.events import UnitActivitySet
from hubpost.model.unit import UnitActivity
from hubpost.storage.transaction import Tx


def set_activity(tx: Tx, unit_id: str, activity: UnitActivity, reason: str = "") -> None:
    """Note that a unit takes up casework, a meal, training, or is back at its station."""
    tx.record(UnitActivitySet(tx.now, unit_id, activity, reason.strip()))
