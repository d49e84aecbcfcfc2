"""Shrunk trees of scikit-learn: the definition node by node, and no outcome that a leaf calls impossible."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from adapters.sklearn.families.shrinkage import shrink

DRAW = np.random.default_rng(0)
FEATURES = DRAW.normal(size=(400, 4))
LABELS = (DRAW.uniform(size=400) < 1 / (1 + np.exp(-2 * FEATURES[:, 0]))).astype(int)
WEIGHTS = DRAW.uniform(0.5, 2, 400)


def fit():
    return DecisionTreeClassifier(min_samples_leaf=3, random_state=0).fit(FEATURES, LABELS, sample_weight=WEIGHTS)


def late_rates(model):
    return model.predict_proba(FEATURES)[:, 1]


def rate_by_hand(tree, path, rows):
    """The sum over the path of each node's change against its parent, divided by 1 + rows / rows of the parent."""
    late, sizes = tree.value[:, 0, 1], tree.weighted_n_node_samples
    steps = ((late[node] - late[parent]) / (1 + rows / sizes[parent]) for parent, node in pairwise(path))
    return late[path[0]] + sum(steps)


@pytest.mark.parametrize("rows", [0.5, 20.0])
def test_shrink__matches_its_definition(rows):
    original, shrunk = fit(), fit()
    shrink(shrunk.tree_, rows)
    paths = [path.indices for path in original.decision_path(FEATURES)]
    expected = [rate_by_hand(original.tree_, path, rows) for path in paths]
    assert late_rates(shrunk) == pytest.approx(np.array(expected), abs=1e-12)
    assert (shrunk.apply(FEATURES) == original.apply(FEATURES)).all()


def test_shrink__leaves_no_outcome_impossible():
    model = fit()
    assert {0, 1} <= set(late_rates(model))
    shrink(model.tree_, 2)
    assert 0 < late_rates(model).min() < late_rates(model).max() < 1


def test_shrink__by_no_rows_changes_nothing():
    model = fit()
    before = late_rates(model)
    shrink(model.tree_, 0)
    assert late_rates(model) == pytest.approx(before, abs=1e-15)
