"""Histogram-based gradient boosting."""

from contextlib import AbstractContextManager
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from adapters.sklearn.families.family import Family, sample_log_uniform
from adapters.sklearn.families.tree_ensemble import TreeEnsembleModel
from adapters.sklearn.thread_limits import one_openmp_thread
from delay_core.ports.model_trainer import Parameters, TrainingSet

MAX_TREES = 400
"""Boosting ends earlier if further trees do not improve it."""
EARLY_STOPPING_ROUNDS = 25
"""Boosting ends after this many trees in a row without an improvement."""
PARALLEL_MIN_ROWS = 100_000
"""From this many rows on, boosting uses every core, and one model is fitted at a time."""
_EVERY_CORE = Lock()


def _parameters(
    *,
    learning_rate: float,
    max_leaf_nodes: int,
    max_features: float,
    l2_regularization: float,
    min_samples_leaf: int = 20,
) -> Parameters:
    return {
        "learning_rate": learning_rate,
        "max_iter": MAX_TREES,
        "max_leaf_nodes": max_leaf_nodes,
        "max_features": max_features,
        "min_samples_leaf": min_samples_leaf,
        "l2_regularization": l2_regularization,
    }


class HistGradientBoosting(Family):
    """The learning curve decides on later rows where to stop; `fit` then grows exactly `max_iter` trees."""

    name = "hist_gradient_boosting"
    initial_candidates = (
        _parameters(learning_rate=0.05, max_leaf_nodes=8, max_features=0.5, l2_regularization=5.0),
        _parameters(learning_rate=0.05, max_leaf_nodes=16, max_features=0.3, l2_regularization=5.0),
        _parameters(learning_rate=0.1, max_leaf_nodes=4, max_features=1.0, l2_regularization=1.0),
        _parameters(learning_rate=0.05, max_leaf_nodes=31, max_features=1.0, l2_regularization=1.0),
    )

    def sample_parameters(self, generator: np.random.Generator) -> Parameters:
        return _parameters(
            learning_rate=sample_log_uniform(generator, 0.02, 0.15),
            max_leaf_nodes=int(generator.choice([4, 6, 8, 12, 16, 24, 31])),
            max_features=float(generator.choice([0.15, 0.3, 0.5, 1.0])),
            l2_regularization=float(generator.choice([0.1, 1.0, 5.0, 20.0])),
            min_samples_leaf=int(generator.choice([10, 20, 40, 80])),
        )

    def fit(self, parameters: Parameters, rows: TrainingSet, seed: int) -> TreeEnsembleModel:
        options: dict[str, Any] = dict(parameters)
        boosting = _boosting(**options, early_stopping=False, random_state=seed)
        with _threads(rows):
            boosting.fit(rows.features, rows.labels, sample_weight=rows.weights)
        for [tree] in boosting._predictors:  # noqa: SLF001 - thresholds have no public name
            tree.nodes["num_threshold"] = _round_down_to_float32(tree.nodes["num_threshold"])
        return TreeEnsembleModel(boosting)

    def learning_curve(
        self, parameters: Parameters, train: TrainingSet, validation: TrainingSet, seed: int
    ) -> NDArray[np.float64]:
        options: dict[str, Any] = dict(parameters)
        boosting = _boosting(
            **options,
            early_stopping=True,
            n_iter_no_change=EARLY_STOPPING_ROUNDS,
            tol=0,
            scoring="loss",
            random_state=seed,
        )
        with _threads(train):
            boosting.fit(
                train.features,
                train.labels,
                sample_weight=train.weights,
                X_val=validation.features,
                y_val=validation.labels,
            )
        return -np.asarray(boosting.validation_score_[1:])  # the first score is that of no tree at all

    def with_rounds(self, parameters: Parameters, rounds: int) -> Parameters:
        return {**parameters, "max_iter": rounds}


def _boosting(**options: Any) -> HistGradientBoostingClassifier:
    """A model that sorts each column once for all weighted quantiles; its bins and its trees are scikit-learn's.

    scikit-learn 1.9.1 sorts the column again for each of the 254 quantiles: on 4,300 rows and 27 columns of numbers,
    that took 5.5 s of the 6.5 s of 60 trees.
    """
    boosting = HistGradientBoostingClassifier(**options)
    bin_data = boosting._bin_data  # noqa: SLF001 - bins have no public name

    def bin_once_sorted(
        features: NDArray[np.float32], weights: NDArray[np.float64] | None, *, is_training_data: bool
    ) -> NDArray[np.uint8]:
        mapper = boosting._bin_mapper  # noqa: SLF001
        if weights is None or not is_training_data or len(features) > mapper.subsample:
            return np.asarray(bin_data(features, weights, is_training_data))
        mapper.fit(features)
        for number, column in enumerate(features.T.astype(np.float64)):
            if len(np.unique(column)) > boosting.max_bins:
                mapper.bin_thresholds_[number] = _weighted_quantiles(column, weights, boosting.max_bins)
                mapper.n_bins_non_missing_[number] = len(mapper.bin_thresholds_[number]) + 1
        return np.asarray(mapper.transform(features))

    boosting._bin_data = bin_once_sorted  # noqa: SLF001
    return boosting


def _weighted_quantiles(column: NDArray[np.float64], weights: NDArray[np.float64], bins: int) -> NDArray[np.float64]:
    """The distinct thresholds between bins of equal weight; the mean of two values where one bin ends at the first.

    Rows are sorted twice, as scikit-learn does: another order of equal values would change the last bits of sums.
    """
    order = np.argsort(column)
    order = order[np.argsort(column[order])]
    values, sums = column[order], np.cumsum(weights[order])
    targets = np.linspace(0, 100, num=bins + 1)[1:-1] / 100 * sums[-1]
    last = len(values) - 1
    positions = np.minimum(np.searchsorted(sums, targets), last)
    is_inside = sums[positions] - targets > np.finfo(np.float64).eps
    following = values[np.minimum(positions + 1, last)]
    return np.unique(np.where(is_inside, values[positions], (values[positions] + following) / 2))


def _threads(rows: TrainingSet) -> AbstractContextManager[object]:
    """OpenMP uses one thread in the block, or all of them. Any number gives the same bits (scikit-learn 1.9.1).

    Two are up to 1.8 times as fast on an idle machine; but threads spin at every barrier. Beside other work on the same
    two cores, 14,000 rows took 1.6 s on one thread and 3.8 to 11.5 s on two. With many rows barriers are rare.
    """
    return one_openmp_thread() if len(rows.labels) < PARALLEL_MIN_ROWS else _EVERY_CORE


def _round_down_to_float32(thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The next float32 at or below each threshold: it splits float32 rows as before, and ONNX stores it exactly.

    skl2onnx 1.20 rounds these thresholds to the nearest float32; midway between two neighbours, that sent a whole
    side of the split the other way (probabilities off by 0.8 on coordinates that are close together).
    """
    nearest = thresholds.astype(np.float32)
    return np.where(nearest > thresholds, np.nextafter(nearest, np.float32(-np.inf)), nearest).astype(np.float64)
