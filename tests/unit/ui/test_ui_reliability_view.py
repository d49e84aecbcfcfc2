"""The figures of the page "How right were we", and the words where there is none."""

import pytest

from entrypoints.ui import reliability_view as view
from support import ui_samples


def band(outcomes, number=8, late_too=0.0):
    return ui_samples.bands(outcomes, late_too)[number]


def test_band__is_described_with_its_share_and_interval():
    sentence = view.describe_band(band(400))
    assert sentence == (
        "Of 400 shipments predicted to be late with 80 to 90 %, 340 came late: 85 % (95 % interval 81 to 89 %). "
        "The predictions were 85 % on average, which agrees with that."
    )


@pytest.mark.parametrize(("late_too", "word"), [(0.1, "More"), (-0.1, "Fewer")])
def test_band__says_in_which_direction_it_was_wrong(late_too, word):
    assert view.describe_band(band(400, late_too=late_too)).endswith(f"{word} shipments came late than predicted.")


def test_few_outcomes__give_words_and_no_figure():
    few = band(view.MIN_OUTCOMES - 1)
    assert view.TOO_FEW in view.describe_band(few)
    assert view.band_rows([few])[0]["came late"] == "fewer than 30 known outcomes: no figure"
    assert view.calibration_points([few]) == []
    assert [point.rows for point in view.calibration_points([band(view.MIN_OUTCOMES)])] == [30]


@pytest.mark.parametrize(
    ("number", "chosen"), [(30, 30), (None, 80), (37, 80)], ids=["of the URL", "of 80 %", "an unknown one"]
)
def test_band_of_the_page(number, chosen):
    assert view.band_number(view.choose_band(ui_samples.bands(40), number)) == chosen


def test_band_of_the_page__is_the_one_with_most_outcomes_if_80_percent_has_few():
    assert view.choose_band([band(29), band(10, 2), band(31, 3)], None) == band(31, 3)
    assert view.choose_band([], 80) is None


def test_weeks__are_newest_first_in_the_table_and_oldest_first_in_the_chart():
    reliability = ui_samples.reliability()
    assert [row["week from"] for row in view.week_rows(reliability, 80)] == ["2026-03-02", "2026-02-23", "2026-02-16"]
    points = view.week_points(reliability, 80)
    assert [(f"{point.at:%m-%d}", point.series) for point in points[:3]] == [
        ("02-16", "came late"),
        ("02-16", "predicted"),
        ("02-23", "came late"),
    ]
    assert (points[0].low, points[1].low) == (pytest.approx(0.87 - 0.8 * 40**-0.5), None)


def test_week_without_the_band__has_a_row_and_no_point():
    reliability = ui_samples.reliability()
    reliability.weeks[0].bands.clear()
    row = view.week_rows(reliability, 80)[0]
    assert (row["in the band"], row["came late"]) == ("0", view.TOO_FEW)
    assert len(view.week_points(reliability, 80)) == 4


def test_shipments_that_were_acted_on__are_counted_apart():
    reliability = ui_samples.reliability()
    assert "3 are of shipments that somebody acted on" in view.describe_acted_on(reliability)
    assert [row["acted on"] for row in view.week_rows(reliability, 80)] == ["0", "1", "2"]
    assert "Nobody acted" in view.describe_acted_on(ui_samples.reliability(weeks=[]))
