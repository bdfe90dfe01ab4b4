"""Landmarks and kilometre posts: read, refused with row and column all at once, and then found."""

import json

import pytest

from hubpost.actions.counties import import_county
from hubpost.actions.landmarks import import_landmarks, list_landmarks, read_county_landmarks
from hubpost.cli.main import main
from hubpost.dispatch.gazetteer import find_place, make_gazetteer
from hubpost.storage.store import Store
from hubpost.tables.bundled import find_bundled
from hubpost.tables.county import read_county
from hubpost.tables.datum import wgs84_to_gcj02
from hubpost.tables.landmarks_file import PostRow, read_landmarks_file
from hubpost.tables.problems import TableProblems
from tests.rooms import fill

POSTS = "路线,桩号,经度,纬度\ng319,K12+300,108.70,29.30\nG319,13.3,108.71,29.30\n"


def test_posts_under_chinese_headers_in_gb18030(tmp_path):
    file = tmp_path / "公里桩.csv"
    file.write_bytes(POSTS.encode("gb18030"))
    rows = read_landmarks_file(file)
    assert rows.posts == (
        PostRow("G319", 12.3, 108.70, 29.30),
        PostRow("G319", 13.3, 108.71, 29.30),
    )
    assert rows.landmarks == ()


def test_every_wrong_cell_is_named_with_its_row_and_column(tmp_path):
    file = tmp_path / "landmarks.csv"
    file.write_text(
        "编号,名称,经度,纬度\nL1,Mill,108.7,29.3\n,Bridge,east,29.3\n\nL1,,108.7,129.3\n"
    )
    with pytest.raises(TableProblems) as caught:
        read_landmarks_file(file)
    said = {(p.row, p.column, p.kind) for p in caught.value.problems}
    assert said == {
        (3, "编号", "blank_cell"),
        (3, "经度", "not_a_number"),
        (5, "名称", "blank_cell"),
        (5, "纬度", "out_of_range"),
    }
    file.write_text("id,name,lon,lat\na,A,1,1\nb,B,2,2\na,C,3,3\n")
    with pytest.raises(TableProblems, match=r"row 4, column id: .* row 2 again"):
        read_landmarks_file(file)


def test_posts_say_which_road_and_kilometre_they_cannot_read(tmp_path):
    file = tmp_path / "posts.csv"
    file.write_text("road,km,lon,lat\nmain street,1,1,1\nG1,about 3,1,1\nG10,3,1,1\nG10,3.0,1,1\n")
    with pytest.raises(TableProblems) as caught:
        read_landmarks_file(file)
    assert [(p.row, p.column) for p in caught.value.problems] == [
        (2, "road"), (3, "road"), (3, "km"), (5, "km"),
    ]  # fmt: skip
    file.write_text("road,km,lon\nG10,1,1\n")
    with pytest.raises(TableProblems, match="expected a column lat"):
        read_landmarks_file(file)


def test_chinese_map_coordinates_are_converted(tmp_path):
    file = tmp_path / "posts.csv"
    lon, lat = (float(x) for x in wgs84_to_gcj02(108.7, 29.3))
    file.write_text(f"road,km,lon,lat\nG319,1,{lon},{lat}\n")
    (post,) = read_landmarks_file(file, "gcj02").posts
    assert (post.lon, post.lat) == pytest.approx((108.7, 29.3), abs=1e-6)


def test_an_imported_post_and_landmark_are_found_by_what_callers_say(store, tmp_path):
    """A file of one kind replaces that kind only; a place between two posts is approximate."""
    posts, places = tmp_path / "posts.csv", tmp_path / "landmarks.csv"
    posts.write_text(POSTS)
    places.write_text("id,name,kind,lon,lat\nL1,Old Mill,mill,108.75,29.35\n")
    for file in (posts, places):
        rows = read_landmarks_file(file)
        store.write(lambda tx, r=rows: import_landmarks(tx, r), actor="test")
    kept = store.read(list_landmarks)
    gazetteer = make_gazetteer(*kept)
    between = find_place("crash at G319 K12+800 two cars", gazetteer)
    assert between.place is not None
    assert (round(between.place.lon, 4), between.approximate) == (108.705, True)
    assert find_place("smoke near Old Mill", gazetteer).place.lon == 108.75


def test_the_command_counts_what_it_keeps_and_refuses_without_touching(tmp_path, capsys):
    store = Store(f"sqlite:///{tmp_path / 'hubpost.sqlite'}")
    fill(store, [])
    store.close()
    file = tmp_path / "posts.csv"
    file.write_text(POSTS)
    assert main(["landmarks", str(file), "--data", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"landmarks": 0, "posts": 2}
    file.write_text("road,km,lon,lat\nG319,x,1,1\n")
    assert main(["landmarks", str(file), "--data", str(tmp_path)]) == 2
    assert "row 2, column km" in capsys.readouterr().err
    store = Store(f"sqlite:///{tmp_path / 'hubpost.sqlite'}")
    assert len(store.read(list_landmarks)[1]) == 2
    store.close()


def test_landmarks_of_a_county_folder_come_with_its_import(tmp_path):
    """Andorra's are real: named places of OpenStreetMap, inside the county."""
    folder = find_bundled("andorra")
    rows = read_county_landmarks(folder)
    assert len(rows.landmarks) > 300
    assert all(1.3 < r.lon < 1.9 and 42.3 < r.lat < 42.8 for r in rows.landmarks)
    assert read_county_landmarks(find_bundled("qianjiang")).landmarks == ()
    store = Store(f"sqlite:///{tmp_path / 'a.sqlite'}")
    county = read_county(folder)
    store.write(lambda tx: (import_county(tx, county), import_landmarks(tx, rows)), actor="t")
    assert len(store.read(list_landmarks)[0]) == len(rows.landmarks)
    store.close()
