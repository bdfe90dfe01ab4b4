"""The words that must stand beside a figure that came out of here."""

from hubpost.model.county import County


def labels_of(county: County, estimated: bool, *sheets: str) -> tuple[str, ...]:
    """*simulated*, and what the county's sheets and driving times ask for."""
    words = ["simulated", *county.labels.words_for(*sheets)]
    if estimated and "estimated" not in words:
        words.append("estimated")
    return tuple(words)
