"""The performance of one window's predictions, as known at a moment: realized, naive, without actions, estimated."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from delay_core.features import Columns
from delay_core.monitoring.cohort import Cohort
from delay_core.monitoring.performance.contradiction import is_contradicted, mature_windows
from delay_core.monitoring.performance.estimated import (
    CovariateShift,
    NotEstimated,
    PerformanceEstimate,
    estimate_figures,
)
from delay_core.monitoring.performance.figures import monitored_metrics
from delay_core.monitoring.performance.maturity import SettledCohort
from delay_core.monitoring.performance.policy import PerformancePolicy
from delay_core.monitoring.performance.realized import RealizedPerformance, naive_figures
from delay_core.monitoring.performance_result import PerformanceResult
from delay_core.schema import Costs, Label


@dataclass(frozen=True)
class PerformanceAssessment:
    """Assesses windows of one model version. `label` and `costs` are those of its schema."""

    label: Label
    costs: Costs | None
    policy: PerformancePolicy = field(default_factory=PerformancePolicy)

    def __call__(
        self,
        cohort: Cohort,
        now: np.datetime64,
        shift: CovariateShift | None = None,
        slice_columns: Columns | None = None,
        earlier: Sequence[PerformanceResult] = (),
        estimate: PerformanceEstimate | None = None,
    ) -> PerformanceResult:
        """The performance of the cohort at this moment (UTC).

        `estimate` is that of these rows if it was made before; otherwise it is made, and without `shift` there is none.
        `slice_columns` are canonical columns [rows] of categories.
        `earlier` windows of the version may contradict the estimate.
        """
        metrics, policy = monitored_metrics(self.costs), self.policy
        rows = SettledCohort.at(cohort, now, self.label, policy)
        performance = RealizedPerformance(rows, metrics, policy)
        estimate = estimate or estimate_figures(cohort.probability, cohort.group, shift, metrics, policy)
        realized = performance.figures()
        result = PerformanceResult(
            rows=len(cohort),
            maturity=rows.maturity,
            overdue=rows.overdue,
            acted_on=int(cohort.acted_on.sum()),
            realized=realized,
            naive=realized if rows.settled.all() else naive_figures(rows, metrics, policy),
            without_actions=(
                RealizedPerformance(rows, metrics, policy, without_actions=True).figures()
                if cohort.acted_on.any()
                else realized
            ),
            estimated=estimate.figures,
            not_estimated=None if estimate.obstacle is None else estimate.obstacle.value,
            inferred=rows.inferred,
            outside_share=estimate.outside_share,
            slices=tuple(sorted(performance.slices(slice_columns or {}), key=lambda part: (part.column, part.value))),
        )
        judges = ([result], [*mature_windows(earlier), result])
        if result.estimated is not None and any(map(is_contradicted, judges)):
            return refute_estimate(result)
        return result


def refute_estimate(result: PerformanceResult) -> PerformanceResult:
    """The result with an estimate, if it has one, that outcomes contradict: it stays visible and is not valid.

    An estimate assumes that probabilities are true, which is what a loss test that pages refutes.
    """
    if result.estimated is None or result.not_estimated is not None:
        return result
    return replace(result, not_estimated=NotEstimated.CONTRADICTED.value)
