"""docs/county-format.md says what the reader does: every name of the format stands in it."""

import json
import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from hubpost.cli.check import check_to_json
from hubpost.model.call import CallCategory
from hubpost.tables import check_county
from hubpost.tables.entries import KEYS, NOTES
from hubpost.tables.indicator_codes import INDICATOR_CODES
from hubpost.tables.places import FAR_FACTOR, FAR_M, MARGIN_M, MARGIN_SHARE
from hubpost.tables.problem_kinds import Kind
from hubpost.tables.schema import SHEETS, Sheet
from tests.tables.small_county import write_county

TEXT = (Path(__file__).parents[2] / "docs" / "county-format.md").read_text("utf-8")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda s: s.name)
def test_every_column_of_a_sheet_is_described(sheet: Sheet) -> None:
    section = TEXT.split(f"### `{sheet.name}` {sheet.zh[0]}")[1].split("\n### ")[0]
    rows = dict(re.findall(r"\| `(\w+)` \| ([^|]*) \|", section))
    for column in sheet.columns:
        assert rows[column.name] == ", ".join(column.zh)


def test_every_kind_key_code_and_category_is_named() -> None:
    for name in (*get_args(Kind), *KEYS, *NOTES, *CallCategory):
        assert re.search(rf"`{name}[` ]|^{name} = ", TEXT, re.MULTILINE), name
    for indicator in INDICATOR_CODES:
        assert f"| `{indicator.code}` | {indicator.name_zh} |" in TEXT


def test_no_kind_is_described_that_does_not_exist() -> None:
    table = TEXT.split("| kind | what it says |")[1]
    described = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE)))
    assert set(described) == set(get_args(Kind))


def test_example_of_county_toml_is_toml_with_known_keys() -> None:
    example = tomllib.loads(re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)[1])
    assert set(example) <= set(KEYS)


def test_json_has_the_keys_described(tmp_path: Path) -> None:
    out = json.loads(json.dumps(check_to_json(check_county(write_county(tmp_path)), "x")))
    block = re.search(r"prints\n\n```\n(.*?)```", TEXT, re.DOTALL)[1]
    described = set(re.findall(r'"(\w+)"', block))
    assert described == {*out, *out["labels"], *out["problems"][0]}


def test_numbers_of_the_box_are_those_of_the_code() -> None:
    assert (FAR_M, FAR_FACTOR, MARGIN_M, MARGIN_SHARE) == (30_000, 4, 20_000, 0.1)
    for words in ("than 30 km", "four times the median", "reaches 20 km", "a tenth of"):
        assert words in TEXT
