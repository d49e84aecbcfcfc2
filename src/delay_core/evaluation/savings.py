"""What decisions would have cost on shipments whose outcome is known, compared with deciding without the model."""

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from delay_core.decision import MisclassificationCosts, decide
from delay_core.evaluation.bootstrap import bootstrap_counts
from delay_core.evaluation.estimate import Estimate
from delay_core.evaluation.intervals import percentile_estimate
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
    late = (labels == 1)[:, np.newaxis]
    # Sums of ones and zeros are exact: two strategies that decide alike cost the same to the last bit.
    missed, needless = (late & ~acted).astype(np.float64), (~late & acted).astype(np.float64)

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


def _estimate_savings(by_strategy: Floats, resampled: Floats) -> Estimate:
    """The cheapest of the other strategies minus the model, of all rows [strategies] and [resamples, strategies]."""
    return percentile_estimate(
        float(by_strategy[1:].min() - by_strategy[0]), resampled[:, 1:].min(axis=1) - resampled[:, 0]
    )
