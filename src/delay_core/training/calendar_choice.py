"""Which calendar features a model has: the folds decide, before the search, for all families alike.

A part of a timestamp helps where the late rate repeats with it, or keeps the direction of a trend. Elsewhere models
learn levels that do not return.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.features import FeatureEncoder
from delay_core.reports import CalendarChoice, CalendarTrial
from delay_core.training.search import Search, fold_weights
from delay_core.training.search_space import first_candidates

MIN_GAIN = 0.005
"""Nats. For less, the schema's author is right: equally good sets of features differ by less than that on a fold."""


def choose_calendar(search: Search, encoder: FeatureEncoder) -> CalendarChoice:
    """Which calendar features of `encoder` a model does not have, measured by the first candidate of each family.

    A feature is left out if the log-loss without it is lower by at least `MIN_GAIN` on the newest fold, as a mean over
    the families, and lower for each family over all folds. Several features are left out if this holds for all of them
    together, too; otherwise the one with the largest gain.
    """
    if not search.folds or len(encoder.calendar) in (0, len(encoder.names)):
        return CalendarChoice()
    comparison = _Comparison(search)
    trials = comparison.leave_out([(name,) for name in encoder.calendar])
    better = [trial for trial in trials if _is_better(trial)]
    if len(better) > 1:
        [together] = comparison.leave_out([tuple(name for trial in better for name in trial.left_out)])
        trials.append(together)
        better = [together] if _is_better(together) else better
    best = max(better, key=lambda trial: trial.gain, default=None)
    return CalendarChoice(left_out=best.left_out if best else (), trials=tuple(trials))


def _is_better(trial: CalendarTrial) -> bool:
    return bool(trial.by_family) and min(trial.by_family.values()) > 0


@dataclass(frozen=True)
class _Comparison:
    """Compares models with all calendar features and models without some of them."""

    search: Search

    def leave_out(self, sets: Sequence[tuple[str, ...]]) -> list[CalendarTrial]:
        """The gains without each set of features; over all folds only if the one on the newest fold is large enough."""
        folds, families = range(len(self.search.folds)), list(self.search.trainer.initial_candidates())
        self.search.progress.step("Comparing calendar features", 2 * len(families) * len(sets))
        newest = {names: round(float(self._gains(names, folds[-1:]).mean()), 6) for names in sets}
        promising = [names for names, gain in newest.items() if gain >= MIN_GAIN]
        by_family: dict[tuple[str, ...], dict[str, float]] = {}
        if promising:
            total = 2 * len(families) * len(folds) * len(promising)
            self.search.progress.step("Comparing calendar features on every fold", total)
        for names in promising:
            gains = (self._gains(names, folds) @ fold_weights(len(folds))).round(6).tolist()
            by_family[names] = dict(zip(families, gains, strict=True))
        return [
            CalendarTrial(left_out=names, newest=gain, by_family=by_family.get(names, {}))
            for names, gain in newest.items()
        ]

    def _gains(self, names: tuple[str, ...], folds: Sequence[int]) -> NDArray[np.float64]:
        """How much lower the log-losses are without these features [families, folds]."""
        return self._losses((), folds) - self._losses(names, folds)

    def _losses(self, left_out: tuple[str, ...], folds: Sequence[int]) -> NDArray[np.float64]:
        return self.search.without(left_out).losses(folds, first_candidates(self.search.trainer))
