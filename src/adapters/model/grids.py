"""The families worth trying, and for each a few parameter sets that suit seven hundred rows as well as a million."""

from collections.abc import Mapping

from delay_core.ports.model_trainer import Parameters


def _boosting(learning_rate: float, max_iter: int, max_leaf_nodes: int) -> Parameters:
    return {
        "learning_rate": learning_rate,
        "max_iter": max_iter,
        "max_leaf_nodes": max_leaf_nodes,
        "min_samples_leaf": 20,
        "l2_regularization": 1.0,
    }


def _forest(max_features: float | str, min_samples_leaf: float) -> Parameters:
    return {"n_estimators": 150, "max_features": max_features, "min_samples_leaf": min_samples_leaf}


GRIDS: Mapping[str, tuple[Parameters, ...]] = {
    "logistic_regression": ({"C": 0.001}, {"C": 0.01}, {"C": 0.1}, {"C": 1.0}),
    "random_forest": (_forest("sqrt", 0.001), _forest("sqrt", 0.005), _forest(0.4, 0.02)),
    "hist_gradient_boosting": (
        _boosting(0.1, 50, 4),
        _boosting(0.05, 100, 8),
        _boosting(0.05, 200, 16),
        _boosting(0.05, 300, 31),
    ),
}
"""Parameters bear scikit-learn's names and meanings; a forest's `min_samples_leaf` is a share of a tree's rows."""
