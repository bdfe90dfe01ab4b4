"""The command line: the founding call as a dispatcher types it, each mark, and any nonsense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubpost.actions.dispatch_data import load_keywords, load_templates
from hubpost.dispatch.command_line import CallLine, LineProblem, StepLine, read_line
from hubpost.dispatch.gazetteer import KilometrePost, NamedPlace, find_place, make_gazetteer
from hubpost.model.call import CallCategory, CallMode, Priority

PLACES = (
    NamedPlace("堰塘村", "area", 108.72, 29.26, "Z", "Z-yantang"),
    NamedPlace("水市社区", "area", 108.70, 29.30, "S", "S-market"),
    NamedPlace("水市派出所", "station", 108.70, 29.30, "S"),
    NamedPlace("蒲花社区", "area", 108.75, 29.28, "Z", "Z-puhua"),
    NamedPlace("新建村", "area", 108.1, 29.1, "Z", "Z-xinjian"),
    NamedPlace("新建村", "area", 108.2, 29.2, "S", "S-xinjian"),
    NamedPlace("Yantang bridge", "landmark", 108.721, 29.261),
)
POSTS = (
    KilometrePost("G319", 12, 108.70, 29.20),
    KilometrePost("G319", 13, 108.71, 29.20),
    KilometrePost("S305", 4, 108.60, 29.10),
)
GAZETTEER = make_gazetteer(PLACES, POSTS)
KEYWORDS, TEMPLATES = load_keywords(), load_templates()


def read(text: str) -> CallLine:
    line = read_line(text, GAZETTEER, KEYWORDS, TEMPLATES)
    assert isinstance(line, CallLine)
    return line


def test_the_founding_call_as_it_is_typed():
    line = read("堰塘村 围墙垮塌 堵路 p3")
    assert line.place.place.area_id == "Z-yantang"
    assert (line.category, line.priority) == (CallCategory.ASSISTANCE, Priority.CAN_WAIT)
    assert line.note == "围墙垮塌 堵路"
    assert (line.confirmed, line.danger, line.problems) == (False, False, ())


def test_marks_stand_anywhere_and_full_width_signs_are_the_same():
    line = read("　ｐ2 蒲花社区 两家因地界争吵 ！ x2 +mediator 13812345678 #演练")
    assert (line.priority, line.confirmed, line.units_needed) == (Priority.ONGOING, True, 2)
    assert (line.skills, line.exercise) == (("mediator",), True)
    assert line.caller_phone == "13812345678"
    assert line.category is CallCategory.DISPUTE
    assert "138" not in line.note


def test_what_is_typed_wins_over_the_template_and_the_template_over_the_guess():
    line = read("堰塘村 /fight 有人争吵")
    assert (line.category, line.priority) == (CallCategory.PUBLIC_ORDER, Priority.LIFE)
    assert (line.units_needed, line.danger, line.template_id) == (2, True, "fight")
    typed = read("堰塘村 /fight c:纠纷 p3 x3 有人争吵")
    assert (typed.category, typed.priority) == (CallCategory.DISPUTE, Priority.CAN_WAIT)
    assert typed.units_needed == 3


def test_arms_are_never_guessed_away():
    """Danger is kept when it is spoken of at all: whether arms are there is asked."""
    assert read("堰塘村 有人持刀").danger
    assert read("堰塘村 争吵 没有刀").danger
    assert read("堰塘村 争吵 ^").danger
    assert not read("堰塘村 争吵").danger


def test_nobody_hurt_does_not_make_a_call_grave():
    assert read("堰塘村 追尾 无人受伤").priority is Priority.ONGOING
    assert read("堰塘村 追尾 有人受伤").priority is Priority.LIFE


def test_a_longer_word_is_not_counted_as_the_shorter_ones_inside_it():
    assert read("堰塘村 打群架").guess.hits == ("打群架",)
    assert read("a fired clerk asks a question").guess.hits == ("question",)


def test_times_log_only_and_paper_cards():
    late = read("堰塘村 摩托被盗 @14:05 #paper")
    assert (late.at, late.source, late.mode) == ((14, 5), "paper", CallMode.LIVE)
    later = read("水市社区 求助 >18:30")
    assert (later.due, later.mode) == ((18, 30), CallMode.SCHEDULED)
    assert read("水市社区 咨询户口 #log").mode is CallMode.LOGGED


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        ("p7", "priority_unknown"),
        ("x99", "units_unlikely"),
        ("/nope", "template_unknown"),
        ("c:weather", "category_unknown"),
        ("@25:00", "time_impossible"),
        ("#what", "flag_unknown"),
        ("K12+300", "road_missing"),
        ("X99K1", "road_unknown"),
        ("G319K80", "post_beyond"),
    ],
)
def test_what_cannot_be_read_is_named_and_never_guessed(mark, code):
    assert [p.code for p in read(f"求助 {mark}").problems] == [code]
    assert isinstance(read(f"求助 {mark}").problems[0], LineProblem)


def test_a_kilometre_post_is_found_and_between_two_it_is_approximate():
    on = read("G319 K12 追尾").place
    assert (on.place.lon, on.approximate) == (108.70, False)
    between = read("G319K12+300 追尾")
    assert between.place.place.lon == pytest.approx(108.703)
    assert (between.place.approximate, between.place.place.name) == (True, "G319 K12+300")
    assert between.note == "追尾"


def test_a_name_without_its_ending_is_approximate_and_two_villages_of_one_name_are_both_told():
    assert find_place("堰塘围墙", GAZETTEER).approximate
    assert not find_place("堰塘村围墙", GAZETTEER).approximate
    both = find_place("新建村有人落水", GAZETTEER)
    assert both.place is None
    assert {p.station_id for p in both.places} == {"Z", "S"}
    assert {p.kind for p in find_place("水市", GAZETTEER).places} == {"area", "station"}


def test_the_longest_name_wins_and_landmarks_are_found():
    place = find_place("near yantang BRIDGE, wall down", GAZETTEER)
    assert (place.place.kind, place.rest) == ("landmark", "near , wall down")


def test_steps_on_open_calls():
    assert read_line("0003 派 水市1", GAZETTEER, KEYWORDS, TEMPLATES) == StepLine(
        "0003", "assign", "水市1", ""
    )
    assert read_line("0003 候 水市1", GAZETTEER, (), {}).step == "stack"
    closed = read_line("20260301-0003 结 已清理", GAZETTEER, KEYWORDS, TEMPLATES)
    assert closed == StepLine("20260301-0003", "close", "", "已清理")
    assert isinstance(read_line("0003 人受伤 堰塘村", GAZETTEER, (), {}), CallLine)


@given(st.text(max_size=80))
def test_no_line_is_ever_too_strange_to_read(text):
    line = read_line(text, GAZETTEER, KEYWORDS, TEMPLATES)
    assert isinstance(line, CallLine | StepLine)
    if isinstance(line, CallLine):
        assert line.place.place is None or line.place.place in (*PLACES,) or line.place.said


def test_the_shipped_words_are_each_of_a_known_kind_and_not_twice():
    words = [k.word for k in KEYWORDS]
    assert len(words) == len(set(words)) > 100
    assert {t.id for t in TEMPLATES.values()} == set(TEMPLATES)
