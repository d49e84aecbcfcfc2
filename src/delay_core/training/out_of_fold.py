"""Out-of-fold predictions: what trials predict for rows that they are not fitted on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from delay_core.ports.model_trainer import BASELINE
from delay_core.reports import Trial
from delay_core.training.folds import EncodedFold
from delay_core.training.search import Search


@dataclass(frozen=True)
class OutOfFold:
    """The validation rows of all folds, in time order; arrays [rows].

    `probabilities` hold those of each trial, in their order; `baseline` has the baseline's.
    """

    labels: NDArray[np.int8]
    fold: NDArray[np.int64]
    groups: NDArray[np.int64] | None
    probabilities: tuple[NDArray[np.float64], ...]
    baseline: NDArray[np.float64]


def predict_out_of_fold(search: Search, trials: Sequence[Trial]) -> OutOfFold:
    """Fit each trial again on every fold, as the final model is fitted: with the same number of rounds everywhere."""
    search.progress.step("Predicting out of fold", len(search.folds) * len(trials))
    labels, folds, groups = [], [], []
    baseline: list[NDArray[np.float64]] = []

    def tasks() -> Iterator[Callable[[], NDArray[np.float64]]]:
        for number in range(len(search.folds)):
            rows = search.encode(number)
            labels.append(rows.validation.labels)
            folds.append(np.full(len(rows.validation.labels), number))
            if rows.validation.groups is not None:
                groups.append(rows.validation.groups)
            constant = search.trainer.fit(BASELINE, {}, rows.train.training_set(), search.seed)
            baseline.append(constant.late_probability(rows.validation.features))
            for trial in trials:
                yield partial(_predict, search, trial, rows)

    predicted: dict[int, NDArray[np.float64]] = {}
    for number, late in search.pool.run(tasks()):
        predicted[number] = late
        search.progress.advance()
    in_order = [predicted[number] for number in range(len(predicted))]
    return OutOfFold(
        np.concatenate(labels),
        np.concatenate(folds),
        np.concatenate(groups) if groups else None,
        tuple(np.concatenate(in_order[trial :: len(trials)]) for trial in range(len(trials))),
        np.concatenate(baseline),
    )


def _predict(search: Search, trial: Trial, rows: EncodedFold) -> NDArray[np.float64]:
    train = rows.train.training_set(trial.half_life)
    model = search.trainer.fit(trial.family, trial.parameters, train, search.seed)
    return model.late_probability(rows.validation.features)
