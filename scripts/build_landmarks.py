"""Named places of a bundled OpenStreetMap file as landmarks of its county (ODbL).

.venv/bin/python scripts/build_landmarks.py andorra
"""

import csv
import sys
from pathlib import Path

import osmium

#: What people name on the telephone; no private houses, no shops that change.
KINDS = {
    "natural": ("peak", "saddle"),
    "tourism": ("viewpoint", "attraction", "alpine_hut", "camp_site", "museum"),
    "amenity": ("fuel", "hospital", "pharmacy", "school", "townhall", "place_of_worship"),
    "historic": ("monument", "memorial", "castle"),
    "leisure": ("sports_centre",),
}


def main() -> None:
    folder = Path(__file__).parents[1] / "data" / sys.argv[1]
    (pbf,) = folder.glob("*.osm.pbf")
    nodes = osmium.FileProcessor(str(pbf), osmium.osm.NODE).with_filter(
        osmium.filter.KeyFilter("name")
    )
    rows = []
    for node in nodes:
        kind = next((node.tags[k] for k, of in KINDS.items() if node.tags.get(k) in of), None)
        if kind is not None:
            name = " ".join(node.tags["name"].split())
            rows.append((f"n{node.id}", name, kind, round(node.lon, 6), round(node.lat, 6)))
    with (folder / "landmarks.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("id", "name", "kind", "lon", "lat"))
        out.writerows(sorted(rows))
    print(f"{len(rows)} landmarks")


if __name__ == "__main__":
    main()
