"""Every LeakageProbe: finds what predicts the label on rows that it was not fitted on, and nothing in noise."""

import numpy as np
import pytest

from delay_core.training.leakage_folds import out_of_fold_auc
from fakes import leakage_probe as fake
from support.lazy_module import LazyModule

real = LazyModule("adapters.sklearn.leakage_probe")

ROWS = 2000


def auc(probe, features, labels, depth, groups=None):
    return out_of_fold_auc(probe, features, labels, depth, groups)


@pytest.fixture(params=["fake", "scikit-learn"])
def probe(request):
    return fake.LeakageProbe() if request.param == "fake" else real.LeakageProbe()


@pytest.fixture
def labels():
    return (np.random.default_rng(0).random(ROWS) < 0.3).astype(np.int8)


def columns(*values):
    return np.stack(values, axis=1).astype(np.float32)


@pytest.mark.parametrize("depth", [None, 2])
def test_copy_of_the_label__is_detected(probe, labels, depth):
    assert auc(probe, columns(labels), labels, depth) > 0.99


@pytest.mark.parametrize("depth", [None, 2])
def test_inverted_copy__is_detected(probe, labels, depth):
    assert auc(probe, columns(1 - labels), labels, depth) > 0.99


@pytest.mark.parametrize("depth", [None, 2])
def test_noise__predicts_nothing(probe, labels, depth):
    noise = np.random.default_rng(1).normal(size=(ROWS, 2)).astype(np.float32)
    assert 0.44 < auc(probe, noise, labels, depth) < 0.56


def test_row_number__predicts_nothing(probe, labels):
    number = np.random.default_rng(2).permutation(ROWS)
    assert 0.44 < auc(probe, columns(number), labels, None) < 0.56


def test_constant__predicts_nothing(probe, labels):
    assert 0.44 < auc(probe, columns(np.ones(ROWS)), labels, None) < 0.56


def test_pair__is_detected_where_neither_column_predicts_alone(probe):
    draw = np.random.default_rng(3)
    status, traffic = draw.integers(0, 2, ROWS), draw.integers(0, 2, ROWS)
    late = (status & traffic).astype(np.int8)
    assert auc(probe, columns(status), late, 2) < 0.95
    assert auc(probe, columns(status, traffic), late, 2) > 0.99


def test_band_of_values__is_detected(probe):
    value = np.random.default_rng(4).integers(0, 8, ROWS)
    assert auc(probe, columns(value), np.isin(value, (1, 3, 6)).astype(np.int8), None) > 0.99


def test_probe__is_deterministic(probe, labels):
    noise = np.random.default_rng(5).normal(size=(ROWS, 3)).astype(np.float32)
    assert auc(probe, noise, labels, None) == auc(probe, noise.copy(), labels.copy(), None)


@pytest.mark.parametrize("depth", [None, 2])
def test_five_rows_of_each_class__are_enough(probe, depth):
    labels = np.tile([0, 1], 5).astype(np.int8)
    assert 0 <= auc(probe, columns(np.arange(10)), labels, depth) <= 1


def test_probe__does_not_change_its_input(probe, labels):
    features = columns(labels)
    features.flags.writeable = labels.flags.writeable = False
    assert isinstance(auc(probe, features, labels, None), float)


@pytest.mark.parametrize("depth", [None, 2])
def test_leak__is_detected_with_five_late_shipments(depth):
    labels = np.zeros(700, dtype=np.int8)
    labels[::150] = 1
    assert auc(real.LeakageProbe(), columns(labels), labels, depth) > 0.99


def test_group__is_never_predicted_from_its_own_rows(probe):
    draw = np.random.default_rng(5)
    shipment = np.repeat(np.arange(ROWS // 4), 4)
    late = (draw.random(ROWS // 4) < 0.3).astype(np.int8)[shipment]
    number = draw.permutation(ROWS // 4)[shipment]
    assert 0.4 < auc(probe, columns(number), late, None, shipment) < 0.6


def test_row__is_predicted_from_the_other_folds(probe, labels):
    fold = (np.arange(ROWS) % 3).astype(np.int8)
    features = columns(labels, np.arange(ROWS))
    changed = np.where(fold == 1, 1 - labels, labels).astype(np.int8)
    first, second = (probe.predict_out_of_fold(features, known, fold, 2, 5) for known in (labels, changed))
    np.testing.assert_array_equal(first[fold == 1], second[fold == 1])
