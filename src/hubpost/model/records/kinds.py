"""Every kind of record, by name."""

from hubpost.model.records.change import Kind
from hubpost.model.records.dispute_rule import DISPUTE_KIND

KINDS: dict[str, Kind] = {k.name: k for k in (DISPUTE_KIND,)}
