"""How often label sets cover the outcome, overall and by class, with intervals."""

import numpy as np
import pytest

from delay_core.conformal import LabelSets
from delay_core.evaluation import conformal_coverage


def test_coverage__counts_covered_rows_and_the_names_of_sets():
    sets = LabelSets(level=0.9, late_from=0.3, on_time_up_to=0.6)
    labels = np.array([0, 0, 1, 1, 1, 0, 0, 1], dtype=np.int8)
    probabilities = np.array([0.1, 0.2, 0.2, 0.4, 0.5, 0.5, 0.7, 0.9])
    result = conformal_coverage(labels, probabilities, sets)
    assert (result.says_on_time, result.cannot_tell, result.says_late) == (0.375, 0.375, 0.25)
    assert (result.level, result.coverage.value) == (0.9, 0.75)
    assert (result.coverage_late.value, result.coverage_on_time.value) == (0.75, 0.75)
    assert result.coverage.low < 0.75 < result.coverage.high


def test_coverage__has_wilson_intervals():
    sets = LabelSets(level=0.9, late_from=0.5, on_time_up_to=0.5)
    labels, probabilities = np.ones(10, dtype=np.int8), np.repeat([0.9, 0.1], [9, 1])
    coverage = conformal_coverage(labels, probabilities, sets).coverage
    assert (coverage.low, coverage.high) == (pytest.approx(0.5958, abs=1e-4), pytest.approx(0.9821, abs=1e-4))


def test_coverage__of_all_rows_has_an_interval():
    sets = LabelSets(level=0.9, late_from=None, on_time_up_to=None)
    coverage = conformal_coverage(np.ones(10, dtype=np.int8), np.full(10, 0.5), sets).coverage
    assert (coverage.value, coverage.low, coverage.high) == (1, pytest.approx(0.7225, abs=1e-4), 1)


@pytest.mark.parametrize("kind", [0, 1])
def test_coverage__of_a_class_without_rows_is_none(kind):
    sets = LabelSets(level=0.9, late_from=0.3, on_time_up_to=0.6)
    result = conformal_coverage(np.full(5, kind, dtype=np.int8), np.full(5, 0.5), sets)
    assert (result.coverage_late is None) == (kind == 0)
    assert (result.coverage_on_time is None) == (kind == 1)
    assert result.coverage.value == 1


@pytest.mark.parametrize(
    ("share", "rows", "is_short"),
    [(0.27, 100, True), (0.85, 5000, True), (0.85, 100, False), (0.895, 100_000, False), (0.95, 5000, False)],
)
def test_shortfalls__are_shares_clearly_below_the_promise(share, rows, is_short):
    sets = LabelSets(level=0.9, late_from=0.5, on_time_up_to=0.5)
    labels = np.repeat(np.array([1, 0], dtype=np.int8), rows)
    late_with_set = np.arange(2 * rows) < round(share * rows)
    result = conformal_coverage(labels, np.where(late_with_set, 0.9, 0.1), sets)
    assert result.coverage_late.value == pytest.approx(share)
    assert result.shortfalls == ({"late": result.coverage_late} if is_short else {})
