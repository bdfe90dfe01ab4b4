"""What kind of call a text speaks of, guessed from a table of words; a person confirms it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from hubpost.model.call import CallCategory, Priority

#: What before a word says that it is not so; looked for in the three characters before it.
_NOT = ("没", "无", "未", "不", "no ", "not ")


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that hints at a kind of call; danger: it speaks of arms or violence."""

    word: str
    category: CallCategory
    priority: Priority
    weight: float = 1.0
    danger: bool = False


@dataclass(frozen=True, slots=True)
class KindGuess:
    """What the words hint at; category and priority are None when none of them is known.

    hits: the words found, in the order of the text, so that the guess explains itself.
    """

    category: CallCategory | None
    priority: Priority | None
    danger: bool
    hits: tuple[str, ...]


def guess_kind(text: str, keywords: Iterable[Keyword]) -> KindGuess:
    """Guess the kind of a call: the category whose words weigh most, its gravest priority.

    A word inside a longer known word does not count twice. A word that is denied ("nobody hurt")
    hints at nothing, except that danger is kept whenever it is spoken of: whether arms are there
    is asked, never guessed away.
    """
    lowered = text.casefold()
    found = _find(lowered, keywords)
    weights: dict[CallCategory, float] = defaultdict(float)
    said = [(at, k) for at, k in found if not _denied(lowered, at)]
    for _, keyword in said:
        weights[keyword.category] += keyword.weight
    danger = any(k.danger for _, k in found)
    hits = tuple(k.word for _, k in found)
    if not weights:
        return KindGuess(None, None, danger, hits)
    best = max(weights, key=lambda c: weights[c])
    # Somebody hurt makes any call graver, whatever its kind.
    gravest = min(k.priority for _, k in said if k.category is best or k.priority == 1)
    return KindGuess(best, gravest, danger, hits)


def _find(text: str, keywords: Iterable[Keyword]) -> list[tuple[int, Keyword]]:
    taken: list[tuple[int, int]] = []
    found = []
    for keyword in sorted(keywords, key=lambda k: -len(k.word)):
        word = keyword.word.casefold()
        at = text.find(word)
        while at >= 0:
            end = at + len(word)
            if _stands_alone(text, at, end) and not any(a < end and at < b for a, b in taken):
                taken.append((at, end))
                found.append((at, keyword))
            at = text.find(word, end)
    return sorted(found, key=lambda f: f[0])


def _stands_alone(text: str, at: int, end: int) -> bool:
    """Latin words are matched whole: `fire` is not in `fired`; Chinese has no spaces."""
    if not text[at].isascii():
        return True
    before, after = text[at - 1 : at], text[end : end + 1]
    return not (before.isascii() and before.isalpha()) and not (after.isascii() and after.isalpha())


def _denied(text: str, at: int) -> bool:
    window = text[max(0, at - 4) : at]
    return any(word in window for word in _NOT)
