"""Files of a county to checked, typed tables, and tables to spreadsheets."""

from hubpost.tables.bundled import find_bundled, list_bundled
from hubpost.tables.county import CountyCheck, check_county, read_county
from hubpost.tables.problems import Problem, Severity, TableProblems

__all__ = [
    "CountyCheck",
    "Problem",
    "Severity",
    "TableProblems",
    "check_county",
    "find_bundled",
    "list_bundled",
    "read_county",
]
