"""From a county folder to a running command room: prepare roads, plan, predict, import, sign."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from hubpost.actions.counties import find_setting, import_county
from hubpost.actions.landmarks import import_landmarks, read_county_landmarks
from hubpost.actions.opening import (
    basemap_file,
    county_travel,
    roads_folder,
    travel_table_file,
)
from hubpost.actions.plans import sign_plan
from hubpost.model.county import County
from hubpost.model.plan import Plan
from hubpost.reporting.basemap import build_basemap
from hubpost.roads.store import build_network, read_report
from hubpost.roads.travel_times import TravelTimes
from hubpost.storage.store import Store

#: Told what is being done, in words for a person.
Progress = Callable[[str], None]


def prepare_ground(county: County, data: Path, progress: Progress) -> TravelTimes:
    """Make what a county needs of its roads in a data folder, unless it is there and current.

    Raises RoadFileError when the road file cannot be used; the folder is then left as it was.
    """
    data.mkdir(parents=True, exist_ok=True)
    if county.travel_times is not None:
        county.travel_times.write_parquet(travel_table_file(data))
    if county.roads is None:
        return county_travel(county, None)
    if not _is_current(county, data):
        progress(f"preparing the roads of {county.roads.name}")
        _build_aside(county.roads, roads_folder(data))
    if not basemap_file(data).exists():
        progress("drawing the base map")
        build_basemap(county.roads, basemap_file(data))
    return county_travel(county, roads_folder(data))


def prepared_travel(county: County, progress: Progress) -> TravelTimes:
    """Travel times for a county that is only read, not served; its roads are prepared once.

    They are kept in the user's cache by the checksum of the road file.
    Raises RoadFileError when the road file cannot be used.
    """
    if county.roads is None or county.travel_times is not None:
        return county_travel(county, None)
    folder = cache_folder() / "roads" / county.checksums[county.roads.name]
    if not (folder / "network.json").exists():
        progress(f"preparing the roads of {county.roads.name} (once)")
        folder.parent.mkdir(parents=True, exist_ok=True)
        _build_aside(county.roads, folder)
    return county_travel(county, folder)


def cache_folder() -> Path:
    """Where what can be made again is kept between commands: $XDG_CACHE_HOME/hubpost."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "hubpost"


def bring_into_service(store: Store, county: County, plan: Plan | None, *, actor: str) -> bool:
    """Import a county and sign its plan in one commit; False when the database holds it already.

    Landmarks and kilometre posts that lie in the county's folder go along. Raises Refused when the
    database holds another county, TableProblems for landmarks that cannot be read.
    """
    held = store.read(lambda conn: find_setting(conn, "county"))
    if held is not None and held["id"] == county.id:
        return False

    landmarks = read_county_landmarks(county.folder)

    def import_and_sign(tx):  # type: ignore[no-untyped-def]
        import_county(tx, county)
        if landmarks.landmarks or landmarks.posts:
            import_landmarks(tx, landmarks)
        if plan is not None and plan.stations:
            sign_plan(tx, plan, signed_by=actor, reason="first plan of the imported county")

    store.write(import_and_sign, actor=actor)
    return True


def _is_current(county: County, data: Path) -> bool:
    folder = roads_folder(data)
    if county.roads is None or not (folder / "network.json").exists():
        return False
    return read_report(folder).source_sha256 == county.checksums.get(county.roads.name)


def _build_aside(pbf: Path, folder: Path) -> None:
    """Build beside the old folder and swap, so that a killed build leaves no half network."""
    aside = folder.with_name(f"{folder.name}.{os.getpid()}.new")
    try:
        build_network(pbf, aside)
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
