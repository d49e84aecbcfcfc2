"""Every LeakageProbe: finds what knows the answer on rows it has not seen, and nothing in what does not."""

import numpy as np
import pytest

from fakes import leakage_probe as fake
from support.lazy_module import LazyModule

real = LazyModule("adapters.model")

ROWS = 2000


@pytest.fixture(params=["fake", "scikit-learn"])
def probe(request):
    return fake.LeakageProbe() if request.param == "fake" else real.LeakageProbe()


@pytest.fixture
def labels():
    return (np.random.default_rng(0).random(ROWS) < 0.3).astype(np.int8)


def columns(*values):
    return np.stack(values, axis=1).astype(np.float32)


@pytest.mark.parametrize("depth", [None, 2])
def test_a_copy_of_the_label_is_found(probe, labels, depth):
    assert probe.roc_auc(columns(labels), labels, depth) > 0.99


@pytest.mark.parametrize("depth", [None, 2])
def test_a_copy_turned_round_is_found_too(probe, labels, depth):
    assert probe.roc_auc(columns(1 - labels), labels, depth) > 0.99


@pytest.mark.parametrize("depth", [None, 2])
def test_noise_knows_nothing(probe, labels, depth):
    noise = np.random.default_rng(1).normal(size=(ROWS, 2)).astype(np.float32)
    assert 0.44 < probe.roc_auc(noise, labels, depth) < 0.56


def test_a_number_that_names_each_row_knows_nothing(probe, labels):
    number = np.random.default_rng(2).permutation(ROWS)
    assert 0.44 < probe.roc_auc(columns(number), labels, None) < 0.56


def test_a_constant_knows_nothing(probe, labels):
    assert 0.44 < probe.roc_auc(columns(np.ones(ROWS)), labels, None) < 0.56


def test_what_two_columns_know_together_is_found(probe):
    draw = np.random.default_rng(3)
    status, traffic = draw.integers(0, 2, ROWS), draw.integers(0, 2, ROWS)
    late = (status & traffic).astype(np.int8)
    assert probe.roc_auc(columns(status), late, 2) < 0.95
    assert probe.roc_auc(columns(status, traffic), late, 2) > 0.99


def test_a_band_of_values_is_found_when_depth_is_free(probe):
    value = np.random.default_rng(4).integers(0, 8, ROWS)
    assert probe.roc_auc(columns(value), np.isin(value, (1, 3, 6)).astype(np.int8), None) > 0.99


def test_the_same_question_gets_the_same_answer(probe, labels):
    noise = np.random.default_rng(5).normal(size=(ROWS, 3)).astype(np.float32)
    assert probe.roc_auc(noise, labels, None) == probe.roc_auc(noise.copy(), labels.copy(), None)


@pytest.mark.parametrize("depth", [None, 2])
def test_five_rows_of_each_class_are_enough(probe, depth):
    labels = np.tile([0, 1], 5).astype(np.int8)
    assert 0 <= probe.roc_auc(columns(np.arange(10)), labels, depth) <= 1


def test_the_input_is_left_alone(probe, labels):
    features = columns(labels)
    features.flags.writeable = labels.flags.writeable = False
    assert isinstance(probe.roc_auc(features, labels, None), float)


@pytest.mark.parametrize("depth", [None, 2])
def test_a_leak_shows_among_five_late_shipments_of_many(depth):
    labels = np.zeros(700, dtype=np.int8)
    labels[::150] = 1
    assert real.LeakageProbe().roc_auc(columns(labels), labels, depth) > 0.99


def test_what_a_row_tells_of_others_of_its_group_is_no_knowledge(probe):
    draw = np.random.default_rng(5)
    shipment = np.repeat(np.arange(ROWS // 4), 4)
    late = (draw.random(ROWS // 4) < 0.3).astype(np.int8)[shipment]
    number = draw.permutation(ROWS // 4)[shipment]
    assert 0.4 < probe.roc_auc(columns(number), late, None, shipment) < 0.6
