"""Every EvaluationPlots: plots of models and of explanations as PNG, the same bytes for the same input."""

import io

import numpy as np
import pytest

from delay_core.reports import Importance
from fakes import plots as fake
from support.lazy_module import LazyModule

real, matplotlib_image = LazyModule("adapters.matplotlib"), LazyModule("matplotlib.image")

CURVES = ("draw_calibration", "draw_roc", "draw_precision_recall")


@pytest.fixture(params=["fake", "matplotlib"])
def plots(request):
    return fake.EvaluationPlots() if request.param == "fake" else real.EvaluationPlots()


@pytest.fixture
def labels():
    return (np.random.default_rng(0).random(300) < 0.3).astype(np.int8)


def guesses(seed=1, rows=300):
    return np.random.default_rng(seed).random(rows)


def decoded(png):
    return matplotlib_image.imread(io.BytesIO(png), format="png")


def draw_curves(plots, labels, probabilities):
    """The three plots of these models."""
    return [getattr(plots, name)(labels, probabilities) for name in CURVES]


def test_curves__are_three_different_images(plots, labels):
    curves = draw_curves(plots, labels, {"baseline": np.full(300, 0.3), "forest": guesses()})
    assert len(set(curves)) == 3
    assert all(decoded(png).ndim >= 2 for png in curves)


def test_curves__have_the_same_bytes_for_the_same_input(plots, labels):
    once, again = (draw_curves(plots, copy, {"forest": guesses()}) for copy in (labels, labels.copy()))
    assert once == again


def test_curves__differ_for_other_probabilities(plots, labels):
    one, two = (draw_curves(plots, labels, {"forest": guesses(seed)}) for seed in (1, 2))
    assert all(first != second for first, second in zip(one, two, strict=True))


def test_curves__change_with_each_model(plots, labels):
    one = draw_curves(plots, labels, {"forest": guesses()})
    two = draw_curves(plots, labels, {"forest": guesses(), "boosting": guesses(2)})
    assert all(first != second for first, second in zip(one, two, strict=True))


def test_curves__accept_any_name_of_a_model(plots, labels):
    names = ("_hidden", "costs $x_1$ or $", "version 12 of late-shipments, in production", "é ✓")
    assert all(decoded(png).ndim >= 2 for png in draw_curves(plots, labels, dict.fromkeys(names, guesses(2))))


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
def test_curves__accept_a_constant_alone(plots, labels, value):
    assert all(decoded(png).ndim >= 2 for png in draw_curves(plots, labels, {"baseline": np.full(300, value)}))


def test_curves__accept_two_shipments(plots):
    labels, probabilities = np.array([0, 1], dtype=np.int8), np.array([0.9, 0.1])
    assert all(decoded(png).ndim >= 2 for png in draw_curves(plots, labels, {"forest": probabilities}))


def test_curves__accept_more_models_than_there_are_colors(plots, labels):
    models = {f"model {number}": guesses(number) for number in range(9)}
    assert all(decoded(png).ndim >= 2 for png in draw_curves(plots, labels, models))


def test_a_plot__has_no_trace_of_when_and_by_what_it_was_drawn(labels):
    for png in draw_curves(real.EvaluationPlots(), labels, {"forest": guesses()}):
        assert b"tEXt" not in png
        assert b"tIME" not in png
        assert decoded(png).shape[1] >= 900


# Explanations.


def important(*names, first=12.0):
    return [Importance(source=name, points=first / (1 + index)) for index, name in enumerate(names)]


def values_of_kind(kind, rows=300):
    draw = np.random.default_rng(3)
    numbers = draw.lognormal(3, 2, rows)
    with_gaps = np.where(draw.random(rows) < 0.2, np.nan, numbers)
    days = np.datetime64("2024-01-01", "us") + draw.integers(0, 500, rows) * np.timedelta64(86_400_000_000, "us")
    words = np.array([None, *(f"vendor {n}" for n in range(30))], dtype=object)
    return {
        "numbers": draw.normal(size=rows),
        "skewed numbers": numbers,
        "skewed numbers from zero": np.floor(numbers),
        "numbers with gaps": with_gaps,
        "few numbers": draw.integers(0, 7, rows).astype(float),
        "halves": draw.integers(0, 7, rows) / 2,
        "one number": np.full(rows, 5.0),
        "zeros alone": np.zeros(rows),
        "no number": np.full(rows, np.nan),
        "huge numbers": draw.normal(size=rows) * 1e30,
        "times": days,
        "times with gaps": np.where(draw.random(rows) < 0.2, np.datetime64("NaT", "us"), days),
        "no time": np.full(rows, np.datetime64("NaT", "us")),
        "few words": words[draw.integers(0, 4, rows)],
        "many words": words[draw.integers(0, 31, rows)],
        "one word": np.full(rows, "air", dtype=object),
        "no word": np.full(rows, None, dtype=object),
    }[kind]


KINDS = [
    "numbers", "skewed numbers", "skewed numbers from zero", "numbers with gaps", "few numbers", "halves", "one number",
    "zeros alone", "no number", "huge numbers", "times", "times with gaps", "no time", "few words", "many words",
    "one word", "no word",
]  # fmt: skip


def points(seed=5, rows=300):
    return np.random.default_rng(seed).normal(size=rows) * 10


def test_importances__are_an_image(plots):
    assert decoded(plots.draw_importance(important("Traffic_Status", "Waiting_Time"))).ndim >= 2


def test_importances__have_the_same_bytes_for_the_same_input_only(plots):
    one, again = (plots.draw_importance(important("mode", "weight")) for _ in range(2))
    assert one == again
    assert one != plots.draw_importance(important("mode", "weight", first=20.0))
    assert one != plots.draw_importance(important("mode", "value"))


@pytest.mark.parametrize("count", [1, 2, 40])
def test_importances__accept_any_number_of_columns(plots, count):
    assert decoded(plots.draw_importance(important(*(f"column {n}" for n in range(count))))).ndim >= 2


def test_importances__accept_columns_that_move_nothing(plots):
    assert decoded(plots.draw_importance(important("mode", "weight", first=0.0))).ndim >= 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_dependence__accepts_anything_that_a_column_holds(plots, kind):
    assert decoded(plots.draw_dependence("column", {"column (kg)": values_of_kind(kind)}, points())).ndim >= 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_dependence__accepts_one_shipment(plots, kind):
    png = plots.draw_dependence("column", {"column": values_of_kind(kind, rows=1)}, points(rows=1))
    assert decoded(png).ndim >= 2


def test_a_dependence__has_the_same_bytes_for_the_same_input_only(plots):
    for kind in ("numbers", "few numbers", "times", "many words"):
        one, again = (plots.draw_dependence("column", {"kg": values_of_kind(kind)}, points()) for _ in range(2))
        assert one == again
        assert one != plots.draw_dependence("column", {"kg": values_of_kind(kind)}, points(seed=6))


def test_a_dependence__changes_with_each_axis(plots):
    one = plots.draw_dependence("sent", {"hour (UTC)": values_of_kind("few numbers")}, points())
    two = plots.draw_dependence(
        "sent", {"hour (UTC)": values_of_kind("few numbers"), "mode": values_of_kind("few words")}, points()
    )
    assert one != two


@pytest.mark.parametrize("name", ["_hidden", "costs $x_1$ or $", "é ✓", "a name " * 30, "two\nlines"])
def test_explanations__accept_any_name_of_a_column_and_its_values(plots, name):
    assert decoded(plots.draw_importance(important(name, "weight"))).ndim >= 2
    values = np.array([name, "other", None] * 100, dtype=object)
    assert decoded(plots.draw_dependence(name, {name: values}, points())).ndim >= 2
    assert decoded(plots.draw_dependence(name, {name: values_of_kind("numbers")}, points())).ndim >= 2


def test_plots_of_explanations__have_no_trace_of_when_and_by_what_they_were_drawn():
    drawn = real.EvaluationPlots().draw_dependence("column", {"kg": values_of_kind("numbers")}, points())
    for png in (real.EvaluationPlots().draw_importance(important("mode")), drawn):
        assert b"tEXt" not in png
        assert b"tIME" not in png
        assert decoded(png).shape[1] >= 900
