"""Out-of-fold predictions: what the best trial of each family predicts for rows that it is not fitted on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.ports.model_trainer import BASELINE
from delay_core.reports import Trial
from delay_core.training.folds import encode_fold
from delay_core.training.search import Search


@dataclass(frozen=True)
class OutOfFold:
    """The validation rows of all folds, in time order; arrays [rows].

    `probabilities` hold those of each family, in the order of the trials, and of the baseline.
    """

    labels: NDArray[np.int8]
    fold: NDArray[np.int64]
    groups: NDArray[np.int64] | None
    probabilities: Mapping[str, NDArray[np.float64]]


def predict_out_of_fold(search: Search, trials: Sequence[Trial]) -> OutOfFold:
    """Fit each trial again on every fold, as the final model is fitted: with the same number of rounds everywhere."""
    search.progress.step("Predicting out of fold", len(search.folds) * len(trials))
    labels, folds, groups = [], [], []
    probabilities: dict[str, list[NDArray[np.float64]]] = {
        family: [] for family in (*(trial.family for trial in trials), BASELINE)
    }
    for number, fold in enumerate(search.folds):
        rows = encode_fold(search.schema, search.rows, fold)
        labels.append(rows.validation.labels)
        folds.append(np.full(len(rows.validation.labels), number))
        if rows.validation.groups is not None:
            groups.append(rows.validation.groups)
        for trial in trials:
            train = rows.train.training_set(trial.half_life)
            model = search.trainer.fit(trial.family, trial.parameters, train, search.seed)
            probabilities[trial.family].append(model.late_probability(rows.validation.features))
            search.progress.advance()
        baseline = search.trainer.fit(BASELINE, {}, rows.train.training_set(), search.seed)
        probabilities[BASELINE].append(baseline.late_probability(rows.validation.features))
    return OutOfFold(
        np.concatenate(labels),
        np.concatenate(folds),
        np.concatenate(groups) if groups else None,
        {family: np.concatenate(arrays) for family, arrays in probabilities.items()},
    )
