"""`hubpost second`: from an officers sheet to a roster, its files, re-planning, and refusals."""

import json
from datetime import date

import fastexcel
import icalendar
import pytest

from hubpost.cli.main import main
from tests.cli.test_staff import PLAN
from tests.tables.small_county import write_county

OFFICERS = """id,station_id,hq,rank,skills,home,available_from,available_to,部门,周期,意向
H1,,yes,sergeant,cases;mediation,S1,,,A,大循环,
H2,,yes,,,-8.52 41.14,,,A,small,S2
H3,,yes,,mediation,A3,,,A,small,S3
H4,,yes,,,,,,A,,
H5,,yes,,,,,,B,,
P1,S1,,,,,,,,,
"""
SETTINGS = """[calendar]
months = 6
large_months = 6
segment_months = 2
segments = 2
rest_months = 1
start_step_months = 1
overlap_months = 0
[headquarters]
keep_share = 0.25
"""


@pytest.fixture
def county(tmp_path):
    """The small county with officers, settings of half a year, and a plan of one hub."""
    folder = write_county(tmp_path / "c", officers_csv=OFFICERS, secondment_toml=SETTINGS)
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    return folder


def run(capsys, county, *args):
    """(exit code, JSON of stdout or None, stderr)."""
    code = main(["second", str(county), *map(str, args)])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else None, err


def planned(capsys, county, *args):
    """A run with the plan, starting 2027-01, into the folder out."""
    plan, out = county.parent / "plan.json", county.parent / "out"
    return run(
        capsys, county, "--plan", plan, "--out", out, "--start", "2027-01", "--json", *args
    )  # fmt: skip


def test_seats_are_what_the_officers_can_hold_and_each_hub_has_one(capsys, county):
    """6 + 2 x 4 officer-months over 6 months: 2 seats, one at the hub S1."""
    code, body, _ = planned(capsys, county)
    assert code == 0
    assert body["status"] == "optimal"
    assert body["gap"] == 0
    assert (body["officers"], body["seats"]) == (3, 2)
    assert body["posts"][0]["id"] == "S1"
    assert "estimated" in body["labels"]
    assert body["empty_seat_months"] == sum(e["seats"] for e in body["empty"])
    large = [t for t in body["tours"] if t["officer_id"] == "H1"]
    assert [(t["first_day"], t["last_day"]) for t in large] == [("2027-01-01", "2027-06-30")]


def test_headquarters_cover_is_told_and_kept(capsys, county):
    """Section A of four keeps one of four by the share; with a minimum of three, one goes."""
    settings = county.parent / "s.toml"
    settings.write_text(SETTINGS + "[headquarters.keep]\nA = 3\n")
    _, body, _ = planned(capsys, county, "--settings", settings)
    rows = [c for c in body["headquarters"] if c["section"] == "A"]
    assert len(rows) == 6
    assert all(c["size"] == 4 and c["keep"] == 3 and c["stay"] >= 3 for c in rows)
    assert all(c["stay"] == c["size"] - c["away"] for c in body["headquarters"])
    assert {c["section"] for c in body["headquarters"]} == {"A", "B"}


def test_a_minimum_that_keeps_officers_back_is_told(capsys, county):
    """Three of section A have a cycle, three of four must stay: one seat, and a note says why."""
    settings = county.parent / "s.toml"
    settings.write_text(SETTINGS + "[headquarters.keep]\nA = 3\n")
    _, body, err = planned(capsys, county, "--settings", settings)
    assert body["seats"] == 1
    assert any("section A: 3 may be seconded, at most 1" in note for note in body["notes"])
    assert "3 must stay" in err


def test_posts_of_a_file_want_skills_and_ranks(capsys, county):
    """S3 wants mediation and a sergeant: H1 has both and goes there, though S1 is his home."""
    posts = county.parent / "posts.csv"
    posts.write_text("派出所,席位,专长,警衔\nS3,1,mediation,sergeant\n", "utf-8")
    code, body, _ = run(
        capsys, county, "--posts", posts, "--out", county.parent / "o", "--start", "2027-01",
        "--json",
    )  # fmt: skip
    assert code == 0
    assert [(t["officer_id"], t["post_id"]) for t in body["tours"]] == [("H1", "S3")]
    assert body["missing_skills"] == []
    assert body["posts"][0]["skills"] == ["mediation", "sergeant"]


def test_calendar_feed_has_an_event_for_each_tour_and_hand_over(capsys, county):
    """Whole days, the end exclusive; ids and no names; events of hand-over where there is one."""
    settings = county.parent / "s.toml"
    settings.write_text(SETTINGS.replace("overlap_months = 0", "overlap_months = 1"))
    _, body, _ = planned(capsys, county, "--settings", settings)
    feed = icalendar.Calendar.from_ical((county.parent / "out" / "roster.ics").read_bytes())
    events = {str(e["uid"]): e for e in feed.walk("VEVENT")}
    overs = [t for t in body["tours"] if t["handed_over"] > t["end"]]
    assert overs
    assert len(events) == len(body["tours"]) + len(overs)
    for tour in body["tours"]:
        uid = f"tour-{tour['officer_id']}-{tour['post_id']}-{tour['first_day']}@hubpost"
        assert events[uid]["dtstart"].dt == date.fromisoformat(tour["first_day"])
        last = date.fromisoformat(tour["last_day"])
        assert (events[uid]["dtend"].dt - last).days == 1
        assert "estimated" in str(events[uid]["summary"])


def test_workbook_shows_tours_months_gaps_and_headquarters(capsys, county):
    """Read back: as many tours, a column for each month, what stays empty, each section."""
    _, body, _ = planned(capsys, county, "--seats", 4)
    book = fastexcel.read_excel(county.parent / "out" / "roster.xlsx")
    tours, calendar, gaps, cover, facts = (book.load_sheet(k).to_polars() for k in range(5))
    assert len(tours) == len(body["tours"])
    assert calendar.columns[2:] == [f"2027-0{m}" for m in range(1, 7)]
    assert body["empty_seat_months"] > 0
    assert gaps["空缺席位 seats empty"].sum() == body["empty_seat_months"]
    assert len(cover) == 12
    assert "可行 feasible" in facts["内容 value"].to_list() or body["status"] == "optimal"


def test_replanning_keeps_what_runs_and_reports_the_moves(capsys, county):
    """Unchanged: no move. In month 2 a small-cycle officer leaves: only those tours fall away."""
    _, before, _ = planned(capsys, county)
    running = county.parent / "running.json"
    running.write_text(json.dumps(before))
    plan, out = county.parent / "plan.json", county.parent / "again"
    args = ("--plan", plan, "--out", out, "--former", running, "--now-month", 2, "--json")
    code, same, _ = run(capsys, county, *args)
    assert code == 0
    assert (same["moves"]["given_up"], same["moves"]["new"]) == (0, 0)
    assert same["start"] == "2027-01-01"
    officers = county.parent / "fewer.csv"
    officers.write_text(OFFICERS.replace("-8.52 41.14,,", "-8.52 41.14,,2027-02-28"), "utf-8")
    _, after, _ = run(capsys, county, *args, "--officers", officers)
    given_up = after["moves"]["tours_given_up"]
    later = [t for t in before["tours"] if t["officer_id"] == "H2" and t["handed_over"] > 2]
    assert {t["officer_id"] for t in given_up} <= {"H2"}
    assert len(given_up) == len(later)
    kept = [t for t in before["tours"] if t["start"] < 2 and t["officer_id"] != "H2"]
    assert all(t in after["tours"] for t in kept)


def test_everything_wrong_is_said_at_once(capsys, county):
    """No plan, a home that is nowhere, a section nobody is of, months that have not passed."""
    officers = county.parent / "bad.csv"
    officers.write_text(OFFICERS.replace("A3", "on the hill"), "utf-8")
    settings = county.parent / "s.toml"
    settings.write_text(SETTINGS + "[headquarters.keep]\nZ = 3\n")
    running = county.parent / "running.json"
    running.write_text(json.dumps({"start": "2027-01-01", "tours": []}))
    code, body, err = run(
        capsys, county, "--out", county.parent / "o", "--officers", officers, "--settings",
        settings, "--former", running, "--now-month", 99,
    )  # fmt: skip
    assert (code, body) == (2, None)
    for said in ("--plan", "on the hill", "section 'Z'", "now-month"):
        assert said in err
    assert not (county.parent / "o").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("大循环", "huge"), "large or small"),
        (("small,S3", "small,S9"), "S9"),
    ],
)
def test_wrong_cells_of_the_sheet_are_named_by_row(capsys, county, change, said):
    """A cycle and a wish that do not exist, each with file, row and column."""
    (county / "officers.csv").write_text(OFFICERS.replace(*change), "utf-8")
    code, _, err = planned(capsys, county)
    assert code == 2
    assert said in err
    assert "officers.csv row" in err


def test_settings_that_make_no_sense_are_listed(capsys, county):
    """A fraction of a month, a share above 1, a key and a table that nobody knows."""
    settings = county.parent / "s.toml"
    settings.write_text(
        "[calendar]\nmonths = 2.5\nweeks = 3\n[headquarters]\nkeep_share = 2\n[moon]\nx = 1\n"
    )
    code, _, err = planned(capsys, county, "--settings", settings)
    assert code == 2
    for said in ("months", "weeks", "keep_share", "moon"):
        assert said in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tours", "not JSON"),
        ('{"tours": 3, "start": "2027-01-01"}', "no roster.json"),
        ('{"start": "2027-01-01", "tours": [{"officer_id": "H1", "post_id": "S1", "start": 4, '
         '"end": 2, "handed_over": 2}]}', "start < end"),
    ],
)  # fmt: skip
def test_a_former_roster_that_is_none_is_refused(capsys, county, text, said):
    """No JSON, no list of tours, a tour that ends before it starts."""
    (county.parent / "f.json").write_text(text)
    code, _, err = run(
        capsys, county, "--plan", county.parent / "plan.json", "--out", county.parent / "o",
        "--former", county.parent / "f.json",
    )  # fmt: skip
    assert code == 2
    assert said in err


def test_fewer_seats_than_hubs_are_refused(capsys, county):
    """One hub, no seat."""
    code, _, err = planned(capsys, county, "--seats", 0)
    assert code == 2
    assert "seats" in err
