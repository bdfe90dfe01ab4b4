"""What a station is called in a report; the one place that decides it."""

from collections.abc import Mapping

from hubpost.evaluation.evaluate import Evaluation

_KIND = "派出所"


def english_station_name(name: str, name_en: str = "") -> str:
    """Such as `Shuishi 水市`: the county's English name, else pinyin, and the Chinese one.

    A name that is not Chinese stays as it is.
    """
    short = name.removesuffix(_KIND) or name
    if short.isascii() and not name_en:
        return name
    latin = name_en or romanised(short)
    return latin if latin == short else f"{latin} {short}"


def romanised(name: str) -> str:
    """Pinyin as place names are written (GB/T 28039): one word, an apostrophe before a, e or o."""
    from pypinyin import lazy_pinyin

    first, *rest = lazy_pinyin(name, v_to_u=True) or [name]
    joined = first + "".join(f"'{s}" if s[0] in "aeo" else s for s in rest)
    return joined[:1].upper() + joined[1:]


def station_words(evaluation: Evaluation, language: str) -> dict[str, str]:
    """Station id -> what a report calls it."""
    if language == "zh":
        return dict(evaluation.station_names)
    given: Mapping[str, str] = evaluation.station_names_en
    return {
        s: english_station_name(n, given.get(s, "")) for s, n in evaluation.station_names.items()
    }
