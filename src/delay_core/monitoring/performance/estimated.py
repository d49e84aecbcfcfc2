"""Figures before outcomes are known, from calibrated probabilities (confidence-based performance estimation, CBPE).

If the probabilities are calibrated, they say how often each row is late, and so what every metric will be. They are
calibrated on the reference; where the rows of the window differ, they may not be. So the reference rows, whose labels
are known, are weighted until they look like the window, and the probabilities are recalibrated on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from delay_core.evaluation import Metric
from delay_core.features import Columns
from delay_core.monitoring.performance.dependence import label_dependence
from delay_core.monitoring.performance.figures import measure
from delay_core.monitoring.performance.label_draws import PartlyLabeledRows
from delay_core.monitoring.performance.outcome_model import OutcomeModel, OutcomeRows, to_log_odds
from delay_core.monitoring.performance.policy import PerformancePolicy
from delay_core.monitoring.performance.support import outside_support
from delay_core.monitoring.performance_result import PerformanceFigures
from delay_core.reference_sample import ReferenceSample

Floats = NDArray[np.float64]


class NotEstimated(StrEnum):
    """Why there is no valid estimate."""

    NOT_ENOUGH_DATA = "not enough data"
    NO_REFERENCE = "the bundle has no reference sample; train again"
    OUTSIDE_SUPPORT = "too many rows lie outside the reference's support"
    TOO_FEW_SIMILAR_ROWS = "too few reference rows resemble the window"
    CONTRADICTED = "known outcomes contradict it"


@dataclass(frozen=True)
class CovariateShift:
    """The window beside the reference: its columns [rows], and the density ratios at the rows of both."""

    reference: ReferenceSample
    columns: Columns
    reference_ratios: Floats
    window_ratios: Floats


SCORE = "(log-odds)"
"""The name of the served log-odds among the columns; no schema has a column of this name."""


def with_score(columns: Columns, probability: Floats) -> Columns:
    """The columns [rows] by which rows resemble each other: those of the reference, and the served log-odds."""
    return {**columns, SCORE: to_log_odds(probability)}


@dataclass(frozen=True)
class PerformanceEstimate:
    """The figures, or why there are none; and the share of rows outside the reference's support."""

    figures: PerformanceFigures | None
    obstacle: NotEstimated | None
    outside_share: float | None = None


def estimate_figures(
    probability: Floats,
    group: NDArray[np.int64],
    shift: CovariateShift | None,
    metrics: Sequence[Metric],
    policy: PerformancePolicy,
) -> PerformanceEstimate:
    """The figures that the outcomes of these served probabilities [rows] and groups [rows] will show.

    The interval holds for this window: it has the chance of its outcomes and the uncertainty of the calibration. There
    is no estimate of the calibration error, which is estimated to be zero by construction.
    """
    if len(probability) < policy.min_rows:
        return PerformanceEstimate(None, NotEstimated.NOT_ENOUGH_DATA)
    if shift is None:
        return PerformanceEstimate(None, NotEstimated.NO_REFERENCE)
    reference = shift.reference
    outside = outside_support(reference.columns, shift.columns, shift.window_ratios, policy.max_density_ratio)
    outside_share = float(outside.mean())
    ratios = np.minimum(shift.reference_ratios, policy.max_density_ratio)
    weights = ratios * ratios.sum() / (ratios**2).sum()  # their sum is the effective number of reference rows
    if outside_share > policy.max_outside_share:
        return PerformanceEstimate(None, NotEstimated.OUTSIDE_SUPPORT, outside_share)
    if weights.sum() < policy.min_rows:
        return PerformanceEstimate(None, NotEstimated.TOO_FEW_SIMILAR_ROWS, outside_share)
    reference_group = np.arange(len(reference)) if reference.groups is None else reference.groups
    model = OutcomeModel.fit(OutcomeRows(reference.probabilities, reference.labels, weights, reference_group))
    rows = PartlyLabeledRows(
        probability=probability,
        group=group,
        late=np.zeros(len(probability), dtype=np.int8),
        labeled=np.zeros(len(probability), dtype=np.bool_),
        prediction=model.predict(probability),
        dependence=label_dependence(reference.labels, reference.probabilities, reference_group),
    )
    estimated = [metric for metric in metrics if metric.name != "ece"]
    figures = measure(rows, estimated, policy.seed, bootstrap=False)
    expected = replace(figures, rows=len(probability), late=round(rows.expected_late))
    return PerformanceEstimate(expected, None, outside_share)
