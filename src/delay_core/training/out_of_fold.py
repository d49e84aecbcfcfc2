"""What chosen models say of rows that they have not learned from: the best of each family, fold by fold."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.ports.model_trainer import BASELINE, TrainingSet
from delay_core.reports import Trial
from delay_core.training.folds import encoded_fold
from delay_core.training.search import Search, weighted_training_set


@dataclass(frozen=True)
class OutOfFold:
    """Every row that was judged, in time order: its label, its fold, its group's code; probabilities by family, and
    the baseline's. Arrays [rows].
    """

    labels: NDArray[np.int8]
    fold: NDArray[np.int64]
    groups: NDArray[np.int64] | None
    probabilities: Mapping[str, NDArray[np.float64]]


def out_of_fold(search: Search, best: Mapping[str, Trial]) -> OutOfFold:
    """Fit the best of each family once more on each fold, as the final model will be: with the rounds of all folds."""
    search.progress.step("Predicting what was not learned", len(search.folds) * len(best))
    labels, fold, groups = [], [], []
    probabilities: dict[str, list[NDArray[np.float64]]] = {family: [] for family in (*best, BASELINE)}
    for number, rows in enumerate(encoded_fold(search.schema, search.rows, of) for of in search.folds):
        labels.append(rows.judge.labels)
        fold.append(np.full(len(rows.judge.labels), number))
        if rows.judge.groups is not None:
            groups.append(rows.judge.groups)
        for family, trial in best.items():
            train = weighted_training_set(rows.learn, trial.half_life)
            model = search.trainer.fit(family, trial.parameters, train, search.seed)
            probabilities[family].append(model.late_probability(rows.judge.features))
            search.progress.advance()
        baseline = search.trainer.fit(BASELINE, {}, TrainingSet(rows.learn.features, rows.learn.labels), search.seed)
        probabilities[BASELINE].append(baseline.late_probability(rows.judge.features))
    return OutOfFold(
        np.concatenate(labels),
        np.concatenate(fold),
        np.concatenate(groups) if groups else None,
        {family: np.concatenate(parts) for family, parts in probabilities.items()},
    )
