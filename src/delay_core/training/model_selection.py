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
from delay_core.training.averaging import average_families, choose_single, mean_loss
from delay_core.training.calibration_fit import fit_calibrator
from delay_core.training.calibration_selection import CalibrationResult, select_calibration
from delay_core.training.datasets import has_both_classes
from delay_core.training.half_life import choose_half_life
from delay_core.training.out_of_fold import OutOfFold, predict_out_of_fold
from delay_core.training.recent_rate import recent_late_rates, select_recent_rate
from delay_core.training.search import Search
from delay_core.training.search_space import list_candidates


@dataclass(frozen=True)
class SelectionResult:
    """The winner and what it was selected from.

    `members` are those of a winner that is an average, whose parameters are their shares by family; else there are
    none. `trials` are all trials; `best` has the winner and the first trial of each other family, `validation` their
    out-of-fold metrics and those of the baselines. `calibration` and `label_sets` are the winner's.
    """

    winner: Trial
    members: tuple[Trial, ...]
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
    trials = search(list_candidates(search.trainer, n_trials, search.seed, choose_half_life(search)))
    first, best_other = _shortlist(trials)
    shortlist = (*first, *best_other)
    out_of_fold = predict_out_of_fold(search, shortlist)
    _require_both_classes(out_of_fold)
    average = average_families(first, out_of_fold)
    n_compared = sum(not trial.pruned for trial in trials)
    single = choose_single(average, shortlist, out_of_fold, first, n_compared)
    winner, members = (average.trial, average.members) if single is None else (single, ())
    labels = out_of_fold.labels
    late_of_trial = zip(shortlist, out_of_fold.probabilities, strict=True)
    late_by_family = {trial.family: late for trial, late in late_of_trial if trial in first or trial == winner}
    late_by_family.setdefault(winner.family, average.probabilities)
    probabilities = late_by_family[winner.family]
    is_validated = np.any([fold.validation for fold in search.folds], axis=0)
    recent_rate = select_recent_rate(search.schema, search.rows, is_validated)
    baselines = {
        BASELINE: out_of_fold.baseline,
        RECENT_RATE: recent_late_rates(recent_rate, search.rows, is_validated),
    }
    compared = compare(labels, {**late_by_family, **baselines}, search.seed, groups=out_of_fold.groups)
    fit = partial(fit_calibrator, solver)
    calibration = select_calibration(fit, labels, probabilities, out_of_fold.fold, out_of_fold.groups)
    validated = calibration.is_validated
    label_sets = LabelSets.fit(labels[validated], calibration.probabilities[validated])
    return SelectionResult(
        winner=winner,
        members=members,
        trials=trials,
        best=(winner, *(trial for trial in first if trial.family != winner.family)),
        validation=compared.estimates,
        calibration=calibration,
        label_sets=label_sets,
        recent_rate=recent_rate,
    )


def _shortlist(trials: Sequence[Trial]) -> tuple[tuple[Trial, ...], tuple[Trial, ...]]:
    """The first trial of each family, and the best of all others that reached every fold, if there is one."""
    first: dict[str, Trial] = {}
    for trial in trials:
        first.setdefault(trial.family, trial)
    others = [trial for trial in trials if not trial.pruned and trial not in first.values()]
    return tuple(first.values()), tuple(sorted(others, key=mean_loss)[:1])


def _require_both_classes(out_of_fold: OutOfFold) -> None:
    labels = out_of_fold.labels
    if not has_both_classes(labels):
        raise TrainingRefused(
            f"the validation split ({len(labels)} shipments, {int(labels.sum())} late) holds one class only; late and "
            f"on-time shipments are both needed"
        )
