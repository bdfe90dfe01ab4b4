"""Labels: which words must stand beside which figures."""

from hubpost.model.county import Labels

LABELS = Labels(
    synthetic=frozenset({"calls", "stations.units"}),
    estimated=frozenset({"areas.lon"}),
    stand_in=frozenset({"stations"}),
)


def test_a_marked_sheet_covers_its_columns():
    assert LABELS.words_for("calls.arrived_at") == ("synthetic",)


def test_a_marked_column_is_named_when_its_sheet_is_asked_for_but_not_for_another_column():
    assert LABELS.words_for("areas") == ("estimated",)
    assert LABELS.words_for("areas.name") == ()


def test_all_words_that_apply_are_given_in_one_order():
    assert LABELS.words_for("stations.units", "areas") == ("synthetic", "estimated", "stand-in")


def test_a_sheet_whose_name_only_begins_alike_is_not_marked():
    assert Labels(synthetic=frozenset({"calls_old"})).words_for("calls") == ()
