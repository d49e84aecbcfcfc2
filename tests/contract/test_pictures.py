"""Every Pictures: the three files, as PNG, the same for the same figures."""

import io

import matplotlib.image
import numpy as np
import pytest

from adapters import pictures as real
from fakes import pictures as fake

NAMES = {"calibration.png", "roc.png", "precision_recall.png"}


@pytest.fixture(params=["fake", "matplotlib"])
def pictures(request):
    return fake.Pictures() if request.param == "fake" else real.Pictures()


@pytest.fixture
def labels():
    return (np.random.default_rng(0).random(300) < 0.3).astype(np.int8)


def guesses(seed=1, rows=300):
    return np.random.default_rng(seed).random(rows)


def decoded(content):
    return matplotlib.image.imread(io.BytesIO(content), format="png")


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
    plain = pictures.draw(labels, {"forest": guesses()})
    assert set(pictures.draw(labels, {name: guesses(2)})) == set(plain)


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
def test_a_constant_alone_can_be_drawn(pictures, labels, value):
    assert set(pictures.draw(labels, {"baseline": np.full(300, value)})) == NAMES


def test_two_shipments_can_be_drawn(pictures):
    assert set(pictures.draw(np.array([0, 1], dtype=np.int8), {"forest": np.array([0.9, 0.1])})) == NAMES


def test_more_models_than_there_are_colours_can_be_drawn(pictures, labels):
    assert set(pictures.draw(labels, {f"model {n}": guesses(n) for n in range(9)})) == NAMES


def test_a_picture_holds_no_trace_of_when_and_by_what_it_was_drawn(labels):
    for content in real.Pictures().draw(labels, {"forest": guesses()}).values():
        assert b"tEXt" not in content
        assert b"tIME" not in content
        assert decoded(content).shape[1] >= 900
