"""What decisions would have cost on shipments whose outcome is known, beside what one would do without the model."""

import numpy as np
from numpy.typing import NDArray

from delay_core.comparison.draws import draws, interval
from delay_core.deciding.decide import decide
from delay_core.deciding.prices import Prices
from delay_core.evaluation import Estimate
from delay_core.reports import SavingsReport
from delay_core.schema import Costs

Floats = NDArray[np.float64]


def savings(
    labels: NDArray[np.int8],
    probabilities: Floats,
    baseline_probabilities: Floats,
    costs: Costs | None,
    seed: int,
    *,
    groups: NDArray[np.int64] | None = None,
) -> SavingsReport:
    """Realised cost per shipment of acting as the model says, on none, on all, and as the baseline says.

    Labels [rows] of zeros and ones, at least one row; calibrated probabilities of either [rows]; costs as `decide`
    takes them. `saved` is the cheapest of the other three less the model, with the 95 % interval of a bootstrap that
    draws rows, or whole groups of codes `groups` [rows], and scores all four on the same draw. The cheapest is sought
    in every draw anew: where two are about as cheap, that counts against the model, never for it.
    """
    prices = Prices.of(costs)
    model, baseline = (decide(of, costs).act for of in (probabilities, baseline_probabilities))
    acted = np.stack([model, np.zeros_like(model), np.ones_like(model), baseline], axis=1)
    late = (labels == 1)[:, np.newaxis]
    # Ones and zeros: their sums are exact, so that two that decide alike cost the same to the last bit.
    missed, needless = (late & ~acted).astype(np.float64), (~late & acted).astype(np.float64)

    def per_shipment(counts: NDArray[np.float64]) -> Floats:
        """Costs [resamples, 4] for counts [resamples, rows]."""
        total = prices.missed_delay * (counts @ missed) + prices.needless_action * (counts @ needless)
        return np.asarray(total / counts.sum(axis=1, keepdims=True))

    [each] = per_shipment(np.ones((1, len(labels))))
    drawn = np.concatenate([per_shipment(counts.astype(np.float64)) for counts in draws(labels, groups, seed)])
    told = dict(zip(("model", "none", "all", "baseline"), np.round(each, 6).tolist(), strict=True))
    return SavingsReport(
        missed_delay=prices.missed_delay,
        needless_action=prices.needless_action,
        currency=prices.currency,
        act_above=prices.act_above,
        acted_on=int(model.sum()),
        saved=_saved(each, drawn),
        **told,
    )


def _saved(each: Floats, drawn: Floats) -> Estimate:
    """The cheapest of the other three [4] less the model, and in each draw [resamples, 4]."""
    return interval(float(each[1:].min() - each[0]), drawn[:, 1:].min(axis=1) - drawn[:, 0])
