"""What decisions would have cost on shipments whose outcome is known, compared with deciding without the model."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from delay_core.decision import MisclassificationCosts, decide
from delay_core.evaluation.bootstrap import bootstrap_counts
from delay_core.evaluation.estimate import Estimate
from delay_core.evaluation.intervals import percentile_estimate
from delay_core.evaluation.metrics import Metric
from delay_core.evaluation.ranked_rows import RankedRows, ResampledRows
from delay_core.schema import Costs

Floats = NDArray[np.float64]

STRATEGIES = ("model", "none", "all", "baseline")


class SavingsReport(BaseModel):
    """Cost per test shipment, in `currency` (None: in units of one needless action).

    Acting as the model says, on none, on all, and as the baseline's single probability says. `saved` is how much less
    the model costs than the cheapest of the other three, per shipment, paired.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    missed_delay: float
    needless_action: float
    currency: str | None
    act_above: float
    acted_on: int
    model: float
    none: float
    all: float
    baseline: float
    saved: Estimate


def realized_savings(
    labels: NDArray[np.int8],
    probabilities: Floats,
    baseline_probabilities: Floats,
    costs: Costs | None,
    seed: int,
    *,
    groups: NDArray[np.int64] | None = None,
) -> SavingsReport:
    """The realized cost per shipment of acting as the model says, on none, on all, and as the baseline says.

    Labels [rows] of zeros and ones, at least one row; calibrated probabilities of model and baseline [rows]; costs as
    `decide` takes them. `saved` is the cheapest of the other three minus the model, with the 95 % interval of a
    bootstrap that draws rows, or whole groups of codes `groups` [rows], and scores all four on the same draw. The
    cheapest is determined in every draw: where two cost about the same, that counts against the model.
    """
    prices = MisclassificationCosts.from_schema(costs)
    by_model, by_baseline = (decide(chances, costs).act for chances in (probabilities, baseline_probabilities))
    acted = np.stack([by_model, np.zeros_like(by_model), np.ones_like(by_model), by_baseline], axis=1)
    # Sums of ones and zeros are exact: two strategies that decide alike cost the same to the last bit.
    missed, needless = (mistakes.astype(np.float64) for mistakes in _mistakes(labels, acted))

    def cost_per_shipment(counts: Floats) -> Floats:
        """Costs [resamples, strategies] for counts [resamples, rows]."""
        total = prices.missed_delay * (counts @ missed) + prices.needless_action * (counts @ needless)
        return np.asarray(total / counts.sum(axis=1, keepdims=True))

    [by_strategy] = cost_per_shipment(np.ones((1, len(labels))))
    resampled = np.concatenate(
        [cost_per_shipment(counts.astype(np.float64)) for counts in bootstrap_counts(labels, groups, seed)]
    )
    return SavingsReport(
        missed_delay=prices.missed_delay,
        needless_action=prices.needless_action,
        currency=prices.currency,
        act_above=prices.act_above,
        acted_on=int(by_model.sum()),
        saved=_estimate_savings(by_strategy, resampled),
        **dict(zip(STRATEGIES, np.round(by_strategy, 6).tolist(), strict=True)),
    )


def cost_savings(costs: Costs | None) -> Metric:
    """The cost per shipment that acting as the model says saves, compared with the cheaper of acting on none or on all.

    Without `costs`, both mistakes cost one.
    """
    prices = MisclassificationCosts.from_schema(costs)

    def row_costs(ranked: RankedRows) -> Floats:
        """Costs [rows, strategies] of the model, of none, and of all."""
        act = decide(ranked.probabilities, costs).act
        acted = np.stack([act, np.zeros_like(act), np.ones_like(act)], axis=1)
        missed, needless = _mistakes(ranked.labels, acted)
        return np.asarray(prices.missed_delay * missed + prices.needless_action * needless)

    def value(ranked: RankedRows) -> float:
        model, none, everything = row_costs(ranked).mean(axis=0)
        return float(min(none, everything) - model)

    def resampled(ranked: RankedRows) -> Callable[[ResampledRows], Floats]:
        per_row = row_costs(ranked)

        def score(resamples: ResampledRows) -> Floats:
            model, none, everything = (resamples.total(column) / resamples.rows for column in per_row.T)
            return np.asarray(np.minimum(none, everything) - model)

        return score

    return Metric("savings", "savings", "higher", value, resampled)


def _mistakes(labels: NDArray[np.int8], acted: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Missed delays and needless actions [rows, strategies]."""
    late = (labels == 1)[:, np.newaxis]
    return late & ~acted, ~late & acted


def _estimate_savings(by_strategy: Floats, resampled: Floats) -> Estimate:
    """The cheapest of the other strategies minus the model, of all rows [strategies] and [resamples, strategies]."""
    return percentile_estimate(
        float(by_strategy[1:].min() - by_strategy[0]), resampled[:, 1:].min(axis=1) - resampled[:, 0]
    )
