"""How fast earlier rows lose weight: the folds decide, before the search, for all families alike.

How fast shipments change is a property of the shipments, not of a model. With a half-life for each trial, the luckiest
of many trials would decide it.
"""

from collections.abc import Sequence

import numpy as np

from delay_core.training.calendar_choice import MIN_GAIN
from delay_core.training.search import Search, fold_weights
from delay_core.training.search_space import first_candidates

HALF_LIVES = (0.5, 0.25)
"""Shares of the time that the training rows span."""


def choose_half_life(search: Search) -> float | None:
    """The half-life of the weight of rows, as a share of the time that training rows span; None: all count alike.

    The first candidates of all families try each half-life on the newest fold. The best one is chosen if it lowers
    their log-loss over all folds by at least `MIN_GAIN`, as a mean over the families.
    """
    folds = range(len(search.folds))
    newest = folds[-1:]
    n_families = len(first_candidates(search.trainer))
    search.progress.step("Comparing half-lives", n_families * (1 + len(HALF_LIVES)))
    losses = {half_life: _mean_loss(search, half_life, newest) for half_life in (None, *HALF_LIVES)}
    best = min(losses, key=lambda half_life: losses[half_life])
    if best is None:
        return None
    search.progress.step("Comparing half-lives on every fold", 2 * n_families * len(folds))
    gain = _mean_loss(search, None, folds) - _mean_loss(search, best, folds)
    return best if gain >= MIN_GAIN else None


def _mean_loss(search: Search, half_life: float | None, folds: Sequence[int]) -> float:
    losses = search.losses(folds, first_candidates(search.trainer, half_life)).mean(axis=0)
    return float(np.average(losses, weights=fold_weights(len(folds))))
