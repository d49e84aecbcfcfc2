"""Model selection on the validation rows: family and parameters, calibration, and label sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from delay_core.conformal import LabelSets
from delay_core.errors import TrainingRefused
from delay_core.evaluation import MetricEstimates, compare
from delay_core.ports.model_trainer import BASELINE
from delay_core.ports.regression_solver import RegressionSolver
from delay_core.reports import RECENT_RATE, RecentRate, Trial
from delay_core.training.calibration_fit import fit_calibrator
from delay_core.training.calibration_selection import CalibrationResult, select_calibration
from delay_core.training.datasets import has_both_classes
from delay_core.training.default_replacement import LossGains
from delay_core.training.out_of_fold import OutOfFold, predict_out_of_fold
from delay_core.training.recent_rate import recent_late_rates, select_recent_rate
from delay_core.training.search import Search, best_per_family, fold_weights, shortlist
from delay_core.training.search_space import default_index, list_candidates


@dataclass(frozen=True)
class SelectionResult:
    """The winner and what it was selected from.

    `trials` are all of them, `best` the best of each family with the winner first, `validation` their out-of-fold
    metrics and those of the baselines. `calibration` and `label_sets` are the winner's.
    """

    winner: Trial
    trials: tuple[Trial, ...]
    best: tuple[Trial, ...]
    validation: Mapping[str, MetricEstimates]
    calibration: CalibrationResult
    label_sets: LabelSets
    recent_rate: RecentRate


def select_model(search: Search, n_trials: int, solver: RegressionSolver) -> SelectionResult:
    """Search, then calibrate the winner on its out-of-fold predictions.

    Raises TrainingRefused if the validation split cannot be used: no fold has training rows, or its rows are of one
    class only.
    """
    if not search.folds:
        raise TrainingRefused(
            "no validation fold can be evaluated: before each of them, the shipments with a known outcome are of one "
            "class only; late and on-time shipments are both needed"
        )
    trials = search(list_candidates(search.trainer, n_trials, search.seed))
    default = default_index(trials)
    candidates = shortlist(trials, default)
    out_of_fold = predict_out_of_fold(search, candidates)
    _require_both_classes(out_of_fold)
    n_compared = sum(not trial.pruned for trial in trials) - 1
    best = best_per_family(trials, default, _better_than_first(candidates, out_of_fold, n_compared))
    labels, winner = out_of_fold.labels, best[0]
    probabilities = {trial.family: out_of_fold.probabilities[candidates.index(trial)] for trial in best}
    is_validated = np.any([fold.validation for fold in search.folds], axis=0)
    recent_rate = select_recent_rate(search.schema, search.rows, is_validated)
    baselines = {
        BASELINE: out_of_fold.baseline,
        RECENT_RATE: recent_late_rates(recent_rate, search.rows, is_validated),
    }
    compared = compare(labels, {**probabilities, **baselines}, search.seed, groups=out_of_fold.groups)
    fit = partial(fit_calibrator, solver)
    calibration = select_calibration(fit, labels, probabilities[winner.family], out_of_fold.fold)
    validated = calibration.is_validated
    label_sets = LabelSets.fit(labels[validated], calibration.probabilities[validated])
    return SelectionResult(winner, trials, best, compared.estimates, calibration, label_sets, recent_rate)


def _better_than_first(candidates: Sequence[Trial], rows: OutOfFold, n_compared: int) -> list[Trial]:
    """The candidates whose loss is lower than the first one's by more than noise."""
    default, *others = rows.probabilities
    gains = [LossGains.measure(rows.labels, rows.fold, rows.groups, default, other) for other in others]
    return [
        trial
        for trial, gain in zip(candidates[1:], gains, strict=True)
        if gain.are_beyond_noise(fold_weights(len(gain.gains)), n_compared)
    ]


def _require_both_classes(out_of_fold: OutOfFold) -> None:
    labels = out_of_fold.labels
    if not has_both_classes(labels):
        raise TrainingRefused(
            f"the validation split ({len(labels)} shipments, {int(labels.sum())} late) holds one class only; late and "
            f"on-time shipments are both needed"
        )
