"""Places as callers name them: villages, stations, landmarks, kilometre posts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_VILLAGE = ("村民委员会", "居民委员会", "居委会", "村委会", "社区", "村")
_SUFFIXES = (*_VILLAGE, "派出所", "街道", "镇", "乡")
_POST = re.compile(
    r"(?P<road>[GSXYgsxy]\d{2,5})?\s*[Kk](?P<km>\d{1,4})(?:\s*\+\s*(?P<m>\d{1,3}))?(?!\d)"
)


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place with a name; kind is `area`, `station` or `landmark`."""

    name: str
    kind: str
    lon: float
    lat: float
    station_id: str | None = None
    area_id: str | None = None


@dataclass(frozen=True, slots=True)
class KilometrePost:
    """A post of a road: kilometre km stands at this place."""

    road: str
    km: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Named places, by each form in which they may be said, and the posts of roads, by km."""

    by_form: Mapping[str, tuple[NamedPlace, ...]] = field(default_factory=dict)
    posts: Mapping[str, tuple[KilometrePost, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlaceGuess:
    """Where a text says something is.

    places: all that fit, one when it is sure which; said: the words it was read from; rest: the
    text without them. approximate: between two posts, or the name was said without its ending.
    problem: None, or `road_missing`, `road_unknown`, `post_beyond`.
    """

    places: tuple[NamedPlace, ...]
    said: str
    rest: str
    approximate: bool = False
    problem: str | None = None

    @property
    def place(self) -> NamedPlace | None:
        return self.places[0] if len(self.places) == 1 else None


def make_gazetteer(places: Iterable[NamedPlace], posts: Iterable[KilometrePost] = ()) -> Gazetteer:
    """A gazetteer of places and posts. Names are found with and without 村, 社区, 派出所 …"""
    forms: dict[str, list[NamedPlace]] = {}
    for place in places:
        for form in _forms(place.name):
            forms.setdefault(form, []).append(place)
    roads: dict[str, list[KilometrePost]] = {}
    for post in posts:
        roads.setdefault(post.road.upper(), []).append(post)
    return Gazetteer(
        {form: tuple(found) for form, found in forms.items()},
        {road: tuple(sorted(found, key=lambda p: p.km)) for road, found in roads.items()},
    )


def find_place(text: str, gazetteer: Gazetteer) -> PlaceGuess:
    """Read a place off a text: a kilometre post when one is named, else the longest known name."""
    post = _POST.search(text)
    if post is not None:
        return _at_post(text, post, gazetteer)
    lowered = text.casefold()
    said = max(
        (f for f in gazetteer.by_form if f in lowered),
        key=lambda f: (len(f), -lowered.index(f)),
        default="",
    )
    if not said:
        return PlaceGuess((), "", text.strip())
    at = lowered.index(said)
    places = gazetteer.by_form[said]
    whole = tuple(p for p in places if p.name.casefold() == said)
    rest = f"{text[:at]} {text[at + len(said) :]}"
    return PlaceGuess(whole or places, text[at : at + len(said)], _tidy(rest), not whole)


def _forms(name: str) -> set[str]:
    lowered = name.casefold()
    forms = {lowered}
    for suffix in _SUFFIXES:
        short = lowered.removesuffix(suffix)
        # One character is no name: 东 of 东村 would be found everywhere.
        if short != lowered and len(short) >= 2:
            forms.add(short)
    return forms


def _at_post(text: str, match: re.Match[str], gazetteer: Gazetteer) -> PlaceGuess:
    said = match.group(0).strip()
    rest = _tidy(text.replace(match.group(0), " ", 1))
    road = (match["road"] or "").upper()
    if not road:
        if len(gazetteer.posts) != 1:
            return PlaceGuess((), said, rest, problem="road_missing")
        road = next(iter(gazetteer.posts))
    posts = gazetteer.posts.get(road)
    if posts is None:
        return PlaceGuess((), said, rest, problem="road_unknown")
    km = int(match["km"]) + int(match["m"] or 0) / 1000
    return _between(said, rest, road, km, posts)


def _between(
    said: str, rest: str, road: str, km: float, posts: Sequence[KilometrePost]
) -> PlaceGuess:
    """On a post, or in proportion between two: near enough to send a car, said to be so."""
    name = f"{road} K{int(km)}+{round(km % 1 * 1000):03d}"
    for post in posts:
        if abs(post.km - km) < 0.0005:
            return PlaceGuess((NamedPlace(name, "landmark", post.lon, post.lat),), said, rest)
    for low, high in pairwise(posts):
        if low.km < km < high.km:
            share = (km - low.km) / (high.km - low.km)
            lon = low.lon + share * (high.lon - low.lon)
            lat = low.lat + share * (high.lat - low.lat)
            return PlaceGuess((NamedPlace(name, "landmark", lon, lat),), said, rest, True)
    return PlaceGuess((), said, rest, problem="post_beyond")


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" ,，。;；")
