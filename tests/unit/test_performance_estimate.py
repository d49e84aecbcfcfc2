"""The estimate before outcomes are known: right under covariate shift, and silent where it cannot be."""

import numpy as np
import pytest

from delay_core.evaluation import Estimate
from delay_core.monitoring.cohort import Cohort
from delay_core.monitoring.performance import CovariateShift, NotEstimated, PerformanceAssessment
from delay_core.monitoring.performance.dependence import label_dependence
from delay_core.monitoring.performance.support import outside_support
from delay_core.monitoring.performance_result import PerformanceFigures, PerformanceResult
from delay_core.reference_sample import ReferenceSample
from delay_core.schema import Label
from fakes.density_ratio import DensityRatio
from support.cohorts import DAY

assess = PerformanceAssessment(Label(column="Late"), None)
LATER = DAY + np.timedelta64(30, "D")


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    monkeypatch.setattr("delay_core.evaluation.bootstrap.RESAMPLES", 60)


def draw_rows(rows, seed, *, heavy=0.2, late_more=0.0):
    """Columns, served probabilities and labels. The model knows `Waiting` and the mean effect of `Traffic` only."""
    draw = np.random.default_rng(seed)
    waiting, is_heavy = draw.normal(size=rows), draw.random(rows) < heavy
    columns = {"Waiting": waiting, "Traffic": np.where(is_heavy, "Heavy", "Clear").astype(object)}
    probability = 1 / (1 + np.exp(0.9 - 0.8 * waiting))
    true = 1 / (1 + np.exp(1.2 - 0.8 * waiting - 1.6 * is_heavy - late_more))
    return columns, probability, (draw.random(rows) < true).astype(np.int8), true


def reference(**changes):
    columns, probability, late, _ = draw_rows(4000, 1)
    parts = {"columns": columns, "probabilities": probability, "labels": late, "groups": None}
    return ReferenceSample(**parts | changes, prediction_points=None)


def shift_to(columns, sample=None):
    sample = reference() if sample is None else sample
    ratios = DensityRatio().estimate(sample.columns, columns)
    return CovariateShift(sample, columns, ratios.reference, ratios.window)


def cohort(probability, late=None):
    rows = len(probability)
    return Cohort(
        predicted_at=np.full(rows, DAY),
        probability=probability,
        late=np.full(rows, -1, dtype=np.int8) if late is None else late,
        deadline=np.full(rows, DAY + np.timedelta64(1, "D")),
        known_at=np.full(rows, DAY),
        acted_on=np.zeros(rows, dtype=np.bool_),
        group=np.arange(rows),
    )


def test_estimate__needs_no_outcome_and_follows_a_covariate_shift():
    columns, probability, _, true = draw_rows(3000, 2, heavy=0.7)

    result = assess(cohort(probability), DAY, shift_to(columns))

    late_rate = result.estimated.figures["late_rate"]
    assert (result.realized, result.not_estimated) == (None, None)
    assert late_rate.low < true.mean() < late_rate.high
    assert abs(late_rate.value - true.mean()) < 0.3 * abs(probability.mean() - true.mean())
    assert set(result.estimated.figures) == {"roc_auc", "pr_auc", "brier", "log_loss", "late_rate", "savings"}
    assert result.estimated.rows == 3000
    assert result.estimated.late == pytest.approx(3000 * late_rate.value, abs=1)


def test_without_a_shift__the_calibrated_reference_says_what_will_be():
    columns, probability, late, _ = draw_rows(3000, 3)

    result = assess(cohort(probability), DAY, shift_to(columns))

    realized = assess(cohort(probability, late), LATER).realized
    for name in ("roc_auc", "brier", "log_loss", "late_rate"):
        estimate = result.estimated.figures[name]
        assert estimate.low < realized.figures[name].value < estimate.high


def test_estimate__is_not_valid_where_more_than_5_percent_lie_outside_the_support():
    columns, probability, _, _ = draw_rows(1000, 4)
    columns["Traffic"][:60] = "Flooded"

    result = assess(cohort(probability), DAY, shift_to(columns))

    assert result.not_estimated == NotEstimated.OUTSIDE_SUPPORT
    assert result.estimated is None
    assert result.outside_share == pytest.approx(0.06, abs=0.005)


def test_estimate__is_not_valid_where_its_own_outcomes_contradict_it():
    columns, probability, late, _ = draw_rows(2000, 5, late_more=1.5)
    shift = shift_to(columns)

    assert assess(cohort(probability), DAY, shift).not_estimated is None
    contradicted = assess(cohort(probability, late), LATER, shift)

    assert contradicted.not_estimated == NotEstimated.CONTRADICTED
    assert contradicted.estimated is not None  # what was wrong stays visible


def test_estimate__is_not_valid_where_mature_windows_contradict_it_on_average():
    columns, probability, _, _ = draw_rows(1000, 6)
    shift = shift_to(columns)

    def window(realized, maturity):
        both = (Estimate(value=value, low=value - 0.02, high=value + 0.02) for value in (0.2, realized))
        estimated, seen = (PerformanceFigures(500, 100, {"late_rate": estimate}) for estimate in both)
        return PerformanceResult(500, maturity, 0, 0, seen, None, None, estimated, None)

    def obstacle(*realized, maturity=1.0):
        earlier = [window(value, maturity) for value in realized]
        return assess(cohort(probability), DAY, shift, earlier=earlier).not_estimated

    assert obstacle(0.23, 0.17, 0.23) is None
    assert obstacle(0.235, 0.235, 0.235, 0.235) == NotEstimated.CONTRADICTED
    assert obstacle(0.235, 0.235, 0.235, 0.235, maturity=0.8) is None


def test_estimate__needs_a_reference_enough_rows_and_reference_rows_like_them():
    columns, probability, _, _ = draw_rows(300, 7)
    assert assess(cohort(probability), DAY).not_estimated == NotEstimated.NO_REFERENCE
    few = {name: values[:199] for name, values in columns.items()}
    assert assess(cohort(probability[:199]), DAY, shift_to(few)).not_estimated == NotEstimated.NOT_ENOUGH_DATA
    ratios = np.full(4000, 1e-9)
    ratios[:100] = 10
    lonely = CovariateShift(reference(), columns, ratios, np.ones(300))
    assert assess(cohort(probability), DAY, lonely).not_estimated == NotEstimated.TOO_FEW_SIMILAR_ROWS


def test_rows_of_a_group_that_share_their_outcome__widen_the_interval():
    columns, _, _, _ = draw_rows(1000, 8)
    together = reference(labels=np.repeat(reference().labels[::10], 10), probabilities=np.full(4000, 0.3))
    groups = np.repeat(np.arange(400), 10)
    grouped = ReferenceSample(together.columns, together.probabilities, together.labels, None, groups)
    rows = cohort(np.full(1000, 0.3))
    rows.group[:] = np.arange(1000) // 10

    narrow, wide = (
        assess(rows, DAY, shift_to(columns, sample)).estimated.figures["late_rate"] for sample in (reference(), grouped)
    )

    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_label_dependence__is_the_correlation_within_groups():
    draw = np.random.default_rng(0)
    probability, groups = np.full(6000, 0.4), np.arange(6000) // 3
    independent = (draw.random(6000) < 0.4).astype(np.int8)
    shared = np.repeat((draw.random(2000) < 0.4).astype(np.int8), 3)

    assert label_dependence(independent, probability, groups) < 0.05
    assert label_dependence(shared, probability, groups) > 0.95
    assert label_dependence(shared, probability, np.arange(6000)) == 0


def test_outside_support__are_numbers_categories_and_missing_values_that_the_reference_lacks():
    known = {"n": np.array([1.0, 5.0]), "c": np.array(["a", None], dtype=object), "absent": np.array([1.0, 2.0])}
    window = {
        "n": np.array([1.0, 5.1, np.nan, 3.0, 3.0, 3.0]),
        "c": np.array(["a", "a", None, "b", "a", "a"], dtype=object),
        "new": np.zeros(6),
    }

    outside = outside_support(known, window, np.array([1.0, 1.0, 1.0, 1.0, 21.0, 20.0]), 20.0)

    assert outside.tolist() == [False, True, True, True, True, False]
