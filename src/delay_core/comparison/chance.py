"""How large a calibration error is by chance: few rows show one however true the probabilities are."""

import numpy as np
from numpy.typing import NDArray

from delay_core.comparison.draws import RESAMPLES, group_places
from delay_core.ports.scoring_metrics import ScoringMetrics

SHARE = 0.95


def chance_ece(
    metrics: ScoringMetrics,
    labels: NDArray[np.int8],
    probabilities: NDArray[np.float64],
    seed: int,
    *,
    groups: NDArray[np.int64] | None = None,
) -> float:
    """The ECE that 95 % of tables like this one stay below although every probability in them is true.

    Were they true, what happened would lie on either side of them alike: so the signs of the differences [rows] are
    drawn anew, those of a group together, and the error is taken again. 150 rows reach .1 that way, 10,000 rows .015.
    """
    bins = metrics.bins(probabilities)
    units, place = (len(labels), np.arange(len(labels))) if groups is None else group_places(groups)
    differences = labels - probabilities
    generator, errors = np.random.default_rng(seed), np.empty(RESAMPLES)
    for i in range(RESAMPLES):
        signs = generator.integers(0, 2, units, dtype=np.int8) * 2.0 - 1
        errors[i] = np.abs(np.bincount(bins, weights=differences * signs[place])).sum() / len(labels)
    return float(np.quantile(errors, SHARE))
