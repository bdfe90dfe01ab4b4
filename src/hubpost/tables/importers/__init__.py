"""Published sets of other countries to calls in our form, with what is odd about them."""

from hubpost.tables.importers.imported import IMPORTERS, ImportedCalls, import_calls

__all__ = ["IMPORTERS", "ImportedCalls", "import_calls"]
