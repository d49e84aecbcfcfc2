"""The average of the families, and when a single model serves instead.

An average of models that err differently needs no choice between them, and so loses little when shipments change. But
it also carries the worst of its members. Hence two limits: a family far behind the best one is no member, and a model
that is clearly better than the average serves alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.evaluation import log_losses
from delay_core.ports.model_trainer import AVERAGE
from delay_core.reports import Trial
from delay_core.training.loss_gains import LossGains
from delay_core.training.out_of_fold import OutOfFold
from delay_core.training.search import fold_weights

MAX_LAG = 0.1
"""Nats behind the family with the lowest log-loss at which a family is no member of the average."""
MIN_LEAD = 0.01
"""Nats by which the first candidate of a family has to be better than the average lately to serve alone."""
NEWEST_FOLDS = 2
"""The folds that say how good models are lately: one alone may be an exception, and older ones precede changes."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Average:
    """The average as a trial, whose parameters are the shares by family, with its probabilities [rows] out of fold.

    If only one family is left, `trial` is that family's, and there are no members.
    """

    trial: Trial
    members: tuple[Trial, ...]
    probabilities: Floats


def average_families(trials: Sequence[Trial], rows: OutOfFold) -> Average:
    """The equal average of trials of different families, without those that are more than `MAX_LAG` behind the best.

    `rows` has the probabilities of the trials.
    """
    losses = [mean_loss(trial) for trial in trials]
    kept = [number for number, loss in enumerate(losses) if loss <= min(losses) + MAX_LAG]
    if len(kept) == 1:
        return Average(trials[kept[0]], (), rows.probabilities[kept[0]])
    members = tuple(trials[number] for number in kept)
    late: Floats = np.mean([rows.probabilities[number] for number in kept], axis=0)
    loss_of_row = log_losses(rows.labels, late)
    trial = Trial(
        family=AVERAGE,
        parameters=dict.fromkeys((member.family for member in members), 1 / len(members)),
        half_life=members[0].half_life,
        log_losses=tuple(round(float(loss_of_row[rows.fold == fold].mean()), 6) for fold in np.unique(rows.fold)),
        rounds=None,
        pruned=False,
    )
    return Average(trial, members, late)


def choose_single(
    average: Average, trials: Sequence[Trial], rows: OutOfFold, first: Sequence[Trial], n_compared: int
) -> Trial | None:
    """The trial that serves instead of the average; None if the average serves.

    The `first` candidates of the families replace it if their log-loss is lower on each of the `NEWEST_FOLDS`, and by
    `MIN_LEAD` as the mean over these. Any of the trials does if its log-loss is lower by more than noise over all
    folds. It is the best of `n_compared`, and the best of many is partly the luckiest: so it has to be better by more
    than the noise of so many comparisons, however large its lead is. `rows` has the probabilities of the trials.
    """

    def is_better(trial: Trial, late: Floats) -> bool:
        if trial in first and _leads_lately(trial, average.trial):
            return True
        gains = LossGains.measure(rows.labels, rows.fold, rows.groups, average.probabilities, late)
        return gains.are_beyond_noise(fold_weights(len(gains.gains)), n_compared)

    better = [trial for trial, late in zip(trials, rows.probabilities, strict=True) if is_better(trial, late)]
    return min(better, key=_recent_loss, default=None)


def _leads_lately(trial: Trial, average: Trial) -> bool:
    pairs = zip(trial.log_losses[-NEWEST_FOLDS:], average.log_losses[-NEWEST_FOLDS:], strict=True)
    is_better = all(loss < average_loss for loss, average_loss in pairs)
    return is_better and _recent_loss(trial) <= _recent_loss(average) - MIN_LEAD


def mean_loss(trial: Trial) -> float:
    """The mean log-loss over folds; the newest one has the weight of all others together, and so on."""
    return _weighted_mean(trial.log_losses)


def _recent_loss(trial: Trial) -> float:
    return _weighted_mean(trial.log_losses[-NEWEST_FOLDS:])


def _weighted_mean(losses: Sequence[float]) -> float:
    return float(np.average(losses, weights=fold_weights(len(losses))))
