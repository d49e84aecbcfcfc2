"""Figures from outcomes: naive ones, corrected ones, and those of a world in which nobody acted."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from delay_core.evaluation import Metric, iter_slices
from delay_core.evaluation.slice_limits import MIN_SLICE_ROWS
from delay_core.features import Columns
from delay_core.monitoring.performance.figures import measure
from delay_core.monitoring.performance.label_draws import PartlyLabeledRows
from delay_core.monitoring.performance.maturity import SettledCohort
from delay_core.monitoring.performance.outcome_model import OutcomeModel, OutcomeRows
from delay_core.monitoring.performance.policy import PerformancePolicy
from delay_core.monitoring.performance_result import PerformanceFigures, PerformanceSlice

Mask = NDArray[np.bool_]


def naive_figures(
    rows: SettledCohort, metrics: Sequence[Metric], policy: PerformancePolicy
) -> PerformanceFigures | None:
    """Figures over all known outcomes, biased as they are; None if they are too few."""
    known = rows.known
    if known.sum() < policy.min_rows:
        return None
    cohort = rows.cohort
    labeled = PartlyLabeledRows(
        probability=cohort.probability[known],
        group=cohort.group[known],
        late=cohort.late[known],
        labeled=np.ones(int(known.sum()), dtype=np.bool_),
    )
    return measure(labeled, metrics, policy.seed, bootstrap=True)


class RealizedPerformance:
    """Figures of a cohort in which some outcomes count, and every other row is as late as similar ones that do.

    They count where they are settled and, for a world without actions, nobody acted on the shipment. A row on which
    somebody acted is then as late as similar ones on which nobody did; where there are none, its calibrated probability
    stands.
    """

    def __init__(
        self,
        rows: SettledCohort,
        metrics: Sequence[Metric],
        policy: PerformancePolicy,
        *,
        without_actions: bool = False,
    ) -> None:
        self._rows, self._metrics, self._policy = rows, metrics, policy
        self._labeled = rows.settled & ~rows.cohort.acted_on if without_actions else rows.settled
        enough = self._labeled.sum() >= policy.min_rows and rows.settled.mean() >= policy.min_settled_share
        self._model = self._fit() if enough else None

    def figures(self) -> PerformanceFigures | None:
        """Of the whole cohort; None if too few outcomes count, or too small a share of them."""
        return self._measure(self._rows, self._labeled, self._policy.min_rows)

    def slices(self, columns: Columns) -> Iterator[PerformanceSlice]:
        """Of the rows that share a value of one of these canonical columns [rows]; none if there are no figures."""
        for column, value, index in iter_slices(columns, self._rows.cohort.group) if self._model else ():
            figures = self._measure(self._rows.take(index), self._labeled[index], MIN_SLICE_ROWS)
            if figures is not None:
                yield PerformanceSlice(column, value, figures)

    def _fit(self) -> OutcomeModel:
        cohort, labeled = self._rows.cohort, self._labeled
        return OutcomeModel.fit(
            OutcomeRows(
                probability=cohort.probability[labeled],
                late=cohort.late[labeled],
                weights=np.ones(int(labeled.sum())),
                group=cohort.group[labeled],
                covariate=self._rows.log_lead_time[labeled],
            )
        )

    def _measure(self, rows: SettledCohort, labeled: Mask, min_rows: int) -> PerformanceFigures | None:
        if self._model is None or labeled.sum() < min_rows:
            return None
        cohort, rest = rows.cohort, ~labeled
        partly_labeled = PartlyLabeledRows(
            probability=cohort.probability,
            group=cohort.group,
            late=cohort.late,
            labeled=labeled,
            prediction=(
                self._model.predict(cohort.probability[rest], rows.log_lead_time[rest]) if rest.any() else None
            ),
        )
        return measure(partly_labeled, self._metrics, self._policy.seed, bootstrap=True)
