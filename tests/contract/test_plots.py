"""Every EvaluationPlots: plots of models and of explanations as PNG, the same bytes for the same input."""

import io
from functools import cache

import numpy as np
import pytest

from delay_core.reports import Importance
from fakes import plots as fake
from support.lazy_module import LazyModule

real, matplotlib_image = LazyModule("adapters.matplotlib"), LazyModule("matplotlib.image")

CURVES = ("draw_calibration", "draw_roc", "draw_precision_recall")


LABELS = (np.random.default_rng(0).random(300) < 0.3).astype(np.int8)
TITLE_PIXELS = 40


@pytest.fixture(scope="module", params=["fake", "matplotlib"])
def plots(request):
    return fake.EvaluationPlots() if request.param == "fake" else real.EvaluationPlots()


def guesses(seed=1, rows=300):
    return np.random.default_rng(seed).random(rows)


def decoded(png):
    return matplotlib_image.imread(io.BytesIO(png), format="png")


def is_image(png):
    """Whether it is a PNG, and nothing is drawn across its edges, except a long title at the right.

    The fake's image is gray and has no margins.
    """
    image = decoded(png)
    edges = (image[0], image[-1], image[:, 0], image[TITLE_PIXELS:, -1]) if image.ndim == 3 else ()
    return all((edge == 1).all() for edge in edges)


def draw_curves(plots, probabilities, labels=LABELS):
    """The three plots of these models."""
    return [getattr(plots, name)(labels, probabilities) for name in CURVES]


@cache
def forest_curves(plots, seed=1):
    """The three plots of one model."""
    return draw_curves(plots, {"forest": guesses(seed)})


def test_curves__are_three_different_images(plots):
    curves = draw_curves(plots, {"baseline": np.full(300, 0.3), "forest": guesses()})
    assert len(set(curves)) == 3
    assert all(map(is_image, curves))


def test_curves__have_the_same_bytes_for_the_same_input(plots):
    assert draw_curves(plots, {"forest": guesses()}, LABELS.copy()) == forest_curves(plots)


def test_curves__differ_for_other_probabilities(plots):
    one, two = forest_curves(plots), forest_curves(plots, seed=2)
    assert all(first != second for first, second in zip(one, two, strict=True))


def test_curves__change_with_each_model(plots):
    two = draw_curves(plots, {"forest": guesses(), "boosting": guesses(2)})
    assert all(first != second for first, second in zip(forest_curves(plots), two, strict=True))


def test_curves__accept_any_name_of_a_model(plots):
    names = ("_hidden", "costs $x_1$ or $", "version 12 of late-shipments, in production", "é ✓")
    assert all(map(is_image, draw_curves(plots, dict.fromkeys(names, guesses(2)))))


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
def test_curves__accept_a_constant_alone(plots, value):
    assert all(map(is_image, draw_curves(plots, {"baseline": np.full(300, value)})))


def test_curves__accept_two_shipments(plots):
    labels, probabilities = np.array([0, 1], dtype=np.int8), np.array([0.9, 0.1])
    assert all(map(is_image, draw_curves(plots, {"forest": probabilities}, labels)))


def test_curves__accept_more_models_than_there_are_colors(plots):
    models = {f"model {number}": guesses(number) for number in range(9)}
    assert all(map(is_image, draw_curves(plots, models)))


@pytest.mark.parametrize("plots", ["matplotlib"], indirect=True)
def test_a_plot__has_no_trace_of_when_and_by_what_it_was_drawn(plots):
    for png in forest_curves(plots):
        assert_no_trace(png)


def assert_no_trace(png):
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


@cache
def importance(plots):
    return plots.draw_importance(important("mode", "weight"))


@cache
def dependence(plots, kind):
    return plots.draw_dependence("column", {"column (kg)": values_of_kind(kind)}, points())


def test_importances__are_an_image(plots):
    assert is_image(importance(plots))


def test_importances__have_the_same_bytes_for_the_same_input_only(plots):
    assert importance(plots) == plots.draw_importance(important("mode", "weight"))
    assert importance(plots) != plots.draw_importance(important("mode", "weight", first=20.0))
    assert importance(plots) != plots.draw_importance(important("mode", "value"))


@pytest.mark.parametrize("count", [1, 40])
def test_importances__accept_any_number_of_columns(plots, count):
    assert is_image(plots.draw_importance(important(*(f"column {n}" for n in range(count)))))


def test_importances__accept_columns_that_move_nothing(plots):
    assert is_image(plots.draw_importance(important("mode", "weight", first=0.0)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_dependence__accepts_anything_that_a_column_holds(plots, kind):
    assert is_image(dependence(plots, kind))


def test_a_dependence__accepts_one_shipment(plots):
    axes = {kind: values_of_kind(kind, rows=1) for kind in KINDS}
    assert is_image(plots.draw_dependence("column", axes, points(rows=1)))


@pytest.mark.parametrize("kind", ["numbers", "few numbers", "times", "many words"])
def test_a_dependence__has_the_same_bytes_for_the_same_input_only(plots, kind):
    values = {"column (kg)": values_of_kind(kind)}
    assert dependence(plots, kind) == plots.draw_dependence("column", values, points())
    assert dependence(plots, kind) != plots.draw_dependence("column", values, points(seed=6))


def test_a_dependence__changes_with_each_axis(plots):
    axes = {"column (kg)": values_of_kind("few numbers"), "mode": values_of_kind("few words")}
    both = plots.draw_dependence("column", axes, points())
    assert is_image(both)
    assert both != dependence(plots, "few numbers")


NAMES = ("_hidden", "costs $x_1$ or $", "é ✓", "a name " * 30, "two\nlines")


def test_explanations__accept_any_name_of_a_column_or_value(plots):
    assert is_image(plots.draw_importance(important(*NAMES, "weight")))
    values = np.array([*NAMES, None] * 50, dtype=object)
    assert is_image(plots.draw_dependence("column", {"column": values}, points()))


@pytest.mark.parametrize("name", NAMES)
def test_a_dependence__accepts_any_name_of_a_column(plots, name):
    assert is_image(plots.draw_dependence(name, {name: values_of_kind("numbers")}, points()))


@pytest.mark.parametrize("plots", ["matplotlib"], indirect=True)
def test_plots_of_explanations__have_no_trace_of_when_and_by_what_they_were_drawn(plots):
    for png in (importance(plots), dependence(plots, "numbers")):
        assert_no_trace(png)
