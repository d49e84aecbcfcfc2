"""Every EvaluationPlots: of models and of explanations, as PNG, the same for the same figures."""

import io

import numpy as np
import pytest

from delay_core.reports import Importance
from fakes import plots as fake
from support.lazy_module import LazyModule

real, matplotlib_image = LazyModule("adapters.matplotlib"), LazyModule("matplotlib.image")

NAMES = {"calibration.png", "roc.png", "precision_recall.png"}


@pytest.fixture(params=["fake", "matplotlib"])
def pictures(request):
    return fake.EvaluationPlots() if request.param == "fake" else real.EvaluationPlots()


@pytest.fixture
def labels():
    return (np.random.default_rng(0).random(300) < 0.3).astype(np.int8)


def guesses(seed=1, rows=300):
    return np.random.default_rng(seed).random(rows)


def decoded(content):
    return matplotlib_image.imread(io.BytesIO(content), format="png")


def test_there_are_three_pictures_that_can_be_opened(pictures, labels):
    drawn = pictures.draw(labels, {"baseline": np.full(300, 0.3), "forest": guesses()})
    assert set(drawn) == NAMES
    assert all(decoded(content).ndim >= 2 for content in drawn.values())


def test_the_same_figures_give_the_same_bytes(pictures, labels):
    assert pictures.draw(labels, {"forest": guesses()}) == pictures.draw(labels.copy(), {"forest": guesses()})


def test_other_figures_give_other_pictures(pictures, labels):
    one, two = (pictures.draw(labels, {"forest": guesses(seed)}) for seed in (1, 2))
    assert all(one[name] != two[name] for name in NAMES)


def test_each_model_adds_to_every_picture(pictures, labels):
    one = pictures.draw(labels, {"forest": guesses()})
    two = pictures.draw(labels, {"forest": guesses(), "boosting": guesses(2)})
    assert all(one[name] != two[name] for name in NAMES)


@pytest.mark.parametrize("name", ["_hidden", "costs $x_1$ or $", "version 12 of late-shipments, in production", "é ✓"])
def test_a_model_may_have_any_name(pictures, labels, name):
    assert set(pictures.draw(labels, {name: guesses(2)})) == NAMES


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
def test_a_constant_alone_can_be_drawn(pictures, labels, value):
    assert set(pictures.draw(labels, {"baseline": np.full(300, value)})) == NAMES


def test_two_shipments_can_be_drawn(pictures):
    assert set(pictures.draw(np.array([0, 1], dtype=np.int8), {"forest": np.array([0.9, 0.1])})) == NAMES


def test_more_models_than_there_are_colours_can_be_drawn(pictures, labels):
    assert set(pictures.draw(labels, {f"model {n}": guesses(n) for n in range(9)})) == NAMES


def test_a_picture_holds_no_trace_of_when_and_by_what_it_was_drawn(labels):
    for content in real.EvaluationPlots().draw(labels, {"forest": guesses()}).values():
        assert b"tEXt" not in content
        assert b"tIME" not in content
        assert decoded(content).shape[1] >= 900


# Explanations.


def important(*names, first=12.0):
    return [Importance(source=name, points=first / (1 + at)) for at, name in enumerate(names)]


def held(kind, rows=300):
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


def test_importances_are_a_picture_that_can_be_opened(pictures):
    assert decoded(pictures.draw_importance(important("Traffic_Status", "Waiting_Time"))).ndim >= 2


def test_the_same_importances_give_the_same_bytes_and_others_others(pictures):
    one, again = (pictures.draw_importance(important("mode", "weight")) for _ in range(2))
    assert one == again
    assert one != pictures.draw_importance(important("mode", "weight", first=20.0))
    assert one != pictures.draw_importance(important("mode", "value"))


@pytest.mark.parametrize("count", [1, 2, 40])
def test_any_number_of_columns_can_be_drawn(pictures, count):
    assert decoded(pictures.draw_importance(important(*(f"column {n}" for n in range(count))))).ndim >= 2


def test_columns_that_move_nothing_can_be_drawn(pictures):
    assert decoded(pictures.draw_importance(important("mode", "weight", first=0.0))).ndim >= 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_dependence_on_anything_that_a_column_holds_can_be_drawn(pictures, kind):
    assert decoded(pictures.draw_dependence("column", {"column (kg)": held(kind)}, points())).ndim >= 2


@pytest.mark.parametrize("kind", KINDS)
def test_the_dependence_of_one_shipment_can_be_drawn(pictures, kind):
    content = pictures.draw_dependence("column", {"column": held(kind, rows=1)}, points(rows=1))
    assert decoded(content).ndim >= 2


def test_the_same_dependence_gives_the_same_bytes_and_another_another(pictures):
    for kind in ("numbers", "few numbers", "times", "many words"):
        one, again = (pictures.draw_dependence("column", {"kg": held(kind)}, points()) for _ in range(2))
        assert one == again
        assert one != pictures.draw_dependence("column", {"kg": held(kind)}, points(seed=6))


def test_each_thing_to_draw_over_adds_to_the_picture(pictures):
    one = pictures.draw_dependence("sent", {"hour (UTC)": held("few numbers")}, points())
    two = pictures.draw_dependence("sent", {"hour (UTC)": held("few numbers"), "mode": held("few words")}, points())
    assert one != two


@pytest.mark.parametrize("name", ["_hidden", "costs $x_1$ or $", "é ✓", "a name " * 30, "two\nlines"])
def test_a_column_and_its_values_may_have_any_name(pictures, name):
    assert decoded(pictures.draw_importance(important(name, "weight"))).ndim >= 2
    values = np.array([name, "other", None] * 100, dtype=object)
    assert decoded(pictures.draw_dependence(name, {name: values}, points())).ndim >= 2
    assert decoded(pictures.draw_dependence(name, {name: held("numbers")}, points())).ndim >= 2


def test_pictures_of_explanations_hold_no_trace_of_when_and_by_what_they_were_drawn():
    drawn = real.EvaluationPlots().draw_dependence("column", {"kg": held("numbers")}, points())
    for content in (real.EvaluationPlots().draw_importance(important("mode")), drawn):
        assert b"tEXt" not in content
        assert b"tIME" not in content
        assert decoded(content).shape[1] >= 900
