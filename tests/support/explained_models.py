"""Models of every family for the tests of explanations."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from support.lazy_module import LazyModule

ensembles, pipelines = LazyModule("sklearn.ensemble"), LazyModule("sklearn.pipeline")
linear_models, preprocessing = LazyModule("sklearn.linear_model"), LazyModule("sklearn.preprocessing")
linear_family = LazyModule("adapters.sklearn.families.logistic_regression")
trees = LazyModule("adapters.sklearn.families.tree_ensemble")
threadpoolctl = LazyModule("threadpoolctl")

FEATURES = 6
UNUSED = 5
"""A feature with one value in all training rows: no model can use it."""


def rows(count: int, seed: int = 0) -> NDArray[np.float32]:
    """Random features [count, FEATURES]."""
    draw = np.random.default_rng(seed)
    features = draw.normal(size=(count, FEATURES)) * (1, 100, 0.1, 1, 1, 1) + (0, 0, 4, 0, 0, 0)
    features[:, 3] = features[:, 3] > 0.5
    features[:, 4] = draw.integers(0, 4, count)
    features[:, UNUSED] = 1
    return features.astype(np.float32)


def labels_of(features: NDArray[np.float32], seed: int = 0) -> NDArray[np.int8]:
    """Noisy labels [rows] that depend on the features."""
    score = features[:, 0] + features[:, 1] / 100 * features[:, 3] + (features[:, 4] == 2)
    noisy: NDArray[np.float64] = score + np.random.default_rng(seed).normal(size=len(features))
    return (noisy > 0.5).astype(np.int8)


TRAIN = rows(600)
LABELS = labels_of(TRAIN)
WEIGHTS = np.random.default_rng(1).uniform(0.1, 3, len(TRAIN))


def boosting(**options: Any) -> Any:
    """An unfitted HistGradientBoostingClassifier."""
    return ensembles.HistGradientBoostingClassifier(
        **{"max_iter": 30, "max_leaf_nodes": 16, "random_state": 0, **options}
    )


ENSEMBLES = {
    "boosting": lambda: boosting(early_stopping=False).fit(TRAIN, LABELS),
    "boosting, weighted": lambda: boosting().fit(TRAIN, LABELS, sample_weight=WEIGHTS),
    "boosting, stopped early": lambda: boosting(max_iter=300, early_stopping=True, n_iter_no_change=3).fit(
        TRAIN, LABELS
    ),
    "boosting, one leaf a tree": lambda: boosting(min_samples_leaf=600).fit(TRAIN, LABELS),
    "boosting, one leaf in some trees": lambda: boosting(max_iter=60, max_leaf_nodes=4, min_samples_leaf=280).fit(
        TRAIN, LABELS
    ),
    "boosting, stumps": lambda: boosting(max_leaf_nodes=2).fit(TRAIN, LABELS),
    "forest": lambda: ensembles.RandomForestClassifier(20, random_state=0).fit(TRAIN, LABELS),
    "forest, weighted": lambda: ensembles.RandomForestClassifier(20, max_depth=6, random_state=0).fit(
        TRAIN, LABELS, WEIGHTS
    ),
    "forest, one leaf a tree": lambda: ensembles.RandomForestClassifier(5, min_samples_leaf=400, random_state=0).fit(
        TRAIN, LABELS
    ),
    "extra trees": lambda: ensembles.ExtraTreesClassifier(20, min_samples_leaf=3, random_state=0).fit(TRAIN, LABELS),
}


@cache
def ensemble(name: str) -> Any:
    """The fitted TreeEnsembleModel of this name in `ENSEMBLES`."""
    with threadpoolctl.threadpool_limits(1):  # threads that spin at every barrier take long on a busy machine
        return trees.TreeEnsembleModel(ENSEMBLES[name]())


@cache
def linear() -> Any:
    """A fitted LinearModel."""
    pipeline = pipelines.make_pipeline(preprocessing.StandardScaler(), linear_models.LogisticRegression())
    return linear_family.LinearModel(
        pipeline.fit(TRAIN.astype(np.float64), LABELS, logisticregression__sample_weight=WEIGHTS)
    )
