"""The guides in the console: in both languages, with pictures and no dead link."""

import re

import pytest
from fastapi.testclient import TestClient

from hubpost.web.help_pages import find_help, find_help_picture, help_root

PAGES = sorted(
    {"index", "tutorial", "handbook"}
    | {p.stem for p in (help_root() / "guide").glob("*.md") if not p.stem.endswith(".en")}
)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_guide_opens_and_each_of_its_links_and_pictures_leads_somewhere(
    client: TestClient, name: str, language: str
):
    answer = client.get(f"/help/{name}?lang={language}")
    assert answer.status_code == 200
    main = answer.text.partition("<main>")[2]
    assert "<h1" in main
    assert "](" not in main, "a link that was not read as one"
    assert 'style="' not in main, "the policy of the console blocks inline styles"
    for target in set(re.findall(r'(?:href|src)="(/[^"#]*)', main)):
        assert client.get(target).status_code == 200, target
    for place in set(re.findall(r'href="#([^"]*)"', main)):
        assert f'id="{place}"' in main, place


def test_both_languages_differ_and_the_choice_is_kept(client: TestClient):
    assert "Dispatcher" in client.get("/help/dispatcher?lang=en").text
    assert "Dispatcher" in client.get("/help/dispatcher").text
    assert "指挥员" in client.get("/help/dispatcher?lang=zh_CN").text


def test_places_within_other_guides_exist(client: TestClient):
    """Such as the paper cards of the handbook."""
    for name in PAGES:
        text = client.get(f"/help/{name}?lang=zh_CN").text
        for page, place in re.findall(r'href="/help/([a-z]+)#([^"]+)"', text):
            assert f'id="{place}"' in client.get(f"/help/{page}?lang=zh_CN").text, (name, place)


@pytest.mark.parametrize("name", ["nothing", "planner.en", "%2e%2e%2fREADME", "a/b", "INDEX"])
def test_what_is_no_guide_is_not_found(client: TestClient, name: str):
    assert client.get(f"/help/{name}").status_code == 404


def test_only_pictures_of_the_guides_are_given():
    assert find_help_picture("console.webp")
    assert find_help_picture("../../../pyproject.toml") is None
    assert find_help("../README", "en") is None


@pytest.mark.parametrize(
    ("page", "guide"),
    [
        *(("/", "dispatcher"), ("/handover", "dispatcher"), ("/plans", "planner")),
        *(("/simulation", "planner"), ("/field", "officer")),
        *(("/records", "chief"), ("/records/disputes", "officer"), ("/records/counter", "clerk")),
        *(("/records/visit", "officer"), ("/border", "border"), ("/members", "chief")),
        *(("/progress", "resident"), ("/book", "resident"), ("/rate?t=x", "resident")),
    ],
)
def test_each_page_leads_to_the_guide_of_those_who_use_it(client: TestClient, page, guide):
    answer = client.get(page, headers={"HX-Request": ""})
    assert f'href="/help/{guide}"' in answer.text, answer.status_code
    assert find_help(guide, "en")
