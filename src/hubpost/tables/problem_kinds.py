"""The kinds of problem, short codes that programs may rely on; docs/county-format.md says more."""

from typing import Literal

Kind = Literal[
    # the county as a whole
    "no_such_county",
    "missing_file",
    "missing_optional",
    "two_files",
    # a file as a whole
    "unreadable",
    "empty_file",
    "no_rows",
    "wrong_encoding",
    "bad_csv",
    "bad_gzip",
    "bad_workbook",
    "bad_geopackage",
    "bad_pbf",
    # county.toml
    "bad_toml",
    "missing_key",
    "unknown_key",
    "bad_value",
    "unknown_timezone",
    "unknown_datum",
    "unknown_label",
    # columns
    "missing_column",
    "column_twice",
    "unknown_column",
    "unknown_indicator",
    "long_row",
    # cells
    "blank_cell",
    "not_a_number",
    "not_whole",
    "negative",
    "out_of_range",
    "not_yes_no",
    "unknown_category",
    "unknown_priority",
    "unknown_cycle",
    "not_a_date",
    "not_a_time",
    "skipped_time",
    "ambiguous_time",
    "time_backwards",
    # places
    "half_place",
    "no_place",
    "swapped_lon_lat",
    "outside_county",
    # what refers to what
    "duplicate_id",
    "unknown_station",
    "unknown_area",
    "unknown_place",
    "self_neighbour",
    "station_outside",
    "no_post",
    # oddities
    "repeated_call",
    "zero_response",
    "exercise_calls",
    "station_without_areas",
]
