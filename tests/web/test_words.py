"""No code is shown bare, and nothing is left in English for a Chinese reader."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

import hubpost
from hubpost.dispatch.cover import COVER_CODES
from hubpost.dispatch.notes import NOTE_CODES
from hubpost.dispatch.reasons import REASON_CODES
from hubpost.dispatch.rule import RULES, TIER_NAMES
from hubpost.model.call import CallCategory, CallState, Priority
from hubpost.model.station import StationType
from hubpost.model.unit import UnitActivity
from hubpost.tables import find_bundled, list_bundled
from hubpost.web import words
from hubpost.web.languages import load_catalogue, translator
from hubpost.web.reason_words import NOTE, REASON
from hubpost.web.refusal_words import INPUT_CODES, REFUSAL
from tests.web.messages import extract_messages, extract_script_messages

PLACE = re.compile(r"%\((\w+)\)s")


def test_every_message_is_translated():
    missing = {m: at for m, at in extract_messages().items() if m not in load_catalogue("zh_CN")}
    assert not missing


def test_no_translation_is_idle():
    assert set(load_catalogue("zh_CN")) <= set(extract_messages())


def test_translations_fill_the_same_places():
    """A translation that lost %(unit)s would hide which unit; one that invented one would fail."""
    for message, translated in load_catalogue("zh_CN").items():
        assert set(PLACE.findall(translated)) == set(PLACE.findall(message)), message


def test_the_page_sends_every_word_its_scripts_say():
    assert set(extract_script_messages()) == set(words.SCRIPT_WORDS)


@pytest.mark.parametrize(
    ("known", "codes"),
    [
        (words.CATEGORY, CallCategory),
        (words.PRIORITY, [str(p.value) for p in Priority]),
        (words.STATE, [*CallState, "cleared", "struck_through"]),
        (words.ACTIVITY, UnitActivity),
        (
            words.BARRED,
            [*UnitActivity, "on_this_call", "lacks_skill", "unreachable", "outside_policy"],
        ),
        (words.TIER, TIER_NAMES),
        (words.RULE, RULES),
        (words.STATION_TYPE, StationType),
        (REASON, REASON_CODES),
        (NOTE, (*NOTE_CODES, *COVER_CODES)),
    ],
)
def test_every_code_has_words(known, codes):
    assert not {str(c) for c in codes} - set(known)


@pytest.mark.parametrize("county", list_bundled())
def test_every_label_of_a_bundled_county_has_words(county: str):
    settings = tomllib.loads((find_bundled(county) / "county.toml").read_text("utf-8"))
    marks = {m for k in ("synthetic", "estimated", "stand_in") for m in settings[k]}
    assert not marks - set(words.DATA_PART)


def test_every_refusal_has_words():
    """Each Refused("code", …) of the board, and of the actions behind the routes, has words."""
    codes = refused_codes()
    assert len(codes) > 15  # the search itself must not fall silent
    assert not codes - set(REFUSAL)
    assert set(REFUSAL) >= INPUT_CODES


def test_english_needs_no_catalogue():
    assert translator("en")("%(unit)s is already on this call.", unit="A1") == (
        "A1 is already on this call."
    )


def refused_codes() -> set[str]:
    house = Path(hubpost.__file__).parent
    actions = (
        *("advice", "assignments", "calls", "counties", "places", "plans", "roads", "scenes"),
        "units",
    )
    files = [*(house / "model").glob("*.py"), *(house / f"actions/{a}.py" for a in actions)]
    return {code for file in files for code in _codes_in(ast.parse(file.read_text("utf-8")))}


def _codes_in(tree: ast.AST) -> set[str]:
    calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call))
    refusals = (n for n in calls if getattr(n.func, "id", "") == "Refused" and n.args)
    return {n.args[0].value for n in refusals if isinstance(n.args[0], ast.Constant)}
