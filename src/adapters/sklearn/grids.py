"""The families worth trying: for each a few parameter sets to begin with, and where further ones are drawn from.

They suit seven hundred rows as well as a million. Parameters bear scikit-learn's names and meanings; a forest's
`min_samples_leaf` is a share of a tree's rows.
"""

from collections.abc import Callable, Mapping

import numpy as np

from delay_core.ports.model_trainer import Parameters

MOST_TREES = 400
"""Boosting ends earlier where more trees bring nothing."""


def _boosting(learning_rate: float, max_leaf_nodes: int, max_features: float, l2_regularization: float) -> Parameters:
    return {
        "learning_rate": learning_rate,
        "max_iter": MOST_TREES,
        "max_leaf_nodes": max_leaf_nodes,
        "max_features": max_features,
        "min_samples_leaf": 20,
        "l2_regularization": l2_regularization,
    }


def _forest(max_features: float | str, min_samples_leaf: float) -> Parameters:
    return {"n_estimators": 150, "max_features": max_features, "min_samples_leaf": min_samples_leaf}


FOREST_FEATURES: tuple[float | str, ...] = (0.1, 0.2, 0.4, "sqrt")
"""Of all features, the share that a split of a forest may choose from, or as many as their root."""

GRIDS: Mapping[str, tuple[Parameters, ...]] = {
    "hist_gradient_boosting": (
        _boosting(0.05, 16, 0.3, 5.0),
        _boosting(0.05, 8, 0.3, 5.0),
        _boosting(0.1, 4, 1.0, 1.0),
        _boosting(0.05, 31, 1.0, 1.0),
    ),
    "random_forest": (_forest("sqrt", 0.002), _forest(0.4, 0.002), _forest("sqrt", 0.0005), _forest(0.4, 0.02)),
    "logistic_regression": ({"C": 0.01}, {"C": 0.001}, {"C": 0.1}, {"C": 1.0}),
}
USUAL = "random_forest"


def drawn_boosting(draw: np.random.Generator) -> Parameters:
    """Parameters of boosted trees, drawn at random."""
    return {
        **_boosting(
            learning_rate=_rounded(np.exp(draw.uniform(np.log(0.02), np.log(0.15)))),
            max_leaf_nodes=int(draw.choice([4, 6, 8, 12, 16, 24, 31])),
            max_features=float(draw.choice([0.15, 0.3, 0.5, 1.0])),
            l2_regularization=float(draw.choice([0.1, 1.0, 5.0, 20.0])),
        ),
        "min_samples_leaf": int(draw.choice([10, 20, 40, 80])),
    }


def drawn_forest(draw: np.random.Generator) -> Parameters:
    """Parameters of a forest, drawn at random."""
    share = _rounded(np.exp(draw.uniform(np.log(0.0003), np.log(0.02))))
    return _forest(FOREST_FEATURES[int(draw.integers(len(FOREST_FEATURES)))], share)


def drawn_regression(draw: np.random.Generator) -> Parameters:
    """Parameters of a logistic regression, drawn at random."""
    return {"C": _rounded(np.exp(draw.uniform(np.log(0.0003), np.log(3))))}


DRAWS: Mapping[str, tuple[float, Callable[[np.random.Generator], Parameters]]] = {
    "hist_gradient_boosting": (0.6, drawn_boosting),
    "random_forest": (0.3, drawn_forest),
    "logistic_regression": (0.1, drawn_regression),
}
"""How often a family is drawn, and its parameters."""


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")
