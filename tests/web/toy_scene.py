"""The founding case on the toy board, in the form of scenes.toml."""

from hubpost.actions.scenes import make_scene


def _step(category: str, then: str, advance_to: str) -> dict[str, object]:
    return {
        "area_id": "Z-yantang",
        "category": category,
        "priority": 2,
        "landmark_zh": "老围墙处",
        "landmark_en": "at the old wall",
        "note_zh": "围墙垮塌",
        "note_en": "a wall has fallen",
        "then": then,
        "advance_to": advance_to,
    }


TOY_SCENE = make_scene(
    {
        "id": "toy",
        "title_zh": "邻所近而闲",
        "title_en": "A neighbour is free and near",
        "synthetic": True,
        "home_station_id": "Z",
        "neighbour_station_id": "S",
        "steps": [
            _step("traffic", "assign_home", "arrived"),
            _step("assistance", "assign_advice", "arrived"),
        ],
    }
)
