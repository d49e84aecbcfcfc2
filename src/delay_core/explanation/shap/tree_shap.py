"""Exact path-dependent TreeSHAP, in numpy over all leaves at once.

A leaf of value v has conditions on d features. For a coalition of known features, the expected output of the leaf is v
times a product over its features: 1 or 0 for a known feature, whether the row satisfies the leaf's condition on it; the
share of training rows that satisfy it for every other feature. Shapley's weight of a coalition of t among d features is
the integral of u^t (1 - u)^(d-1-t) over 0 < u < 1. So the sum over all coalitions is the integral of one product of
d - 1 factors (1 - u) share + u satisfied: a polynomial in u, which Gaussian quadrature with d / 2 points integrates
exactly. All its terms are positive, so there is no cancellation, and float32 suffices for the terms of one leaf: its
rounding moves a contribution to a forest by less than 1e-7. Leaves are added up in float64.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from delay_core.explanation.shap.leaf_conditions import (
    Conditions,
    Floats,
    Indices,
    LeafGroup,
    TreeNodes,
    leaf_conditions,
)
from delay_core.ports import explainer as port
from delay_core.ports.explainer import Contributions, Scale

BLOCK_PRODUCTS = 250_000
"""Products in one block, 1 MB; a forest of 100 trees with leaves of three rows has 1,000,000 to 10,000,000 in all."""

_Singles = NDArray[np.float32]


class _Block(NamedTuple):
    """Leaves with equally many conditions, and the quadrature over them."""

    condition: Indices
    """Positions in the conditions of all leaves [conditions, leaves]."""
    share: _Singles
    """Of training rows, for each condition [conditions, leaves]."""
    known: _Singles
    """u at each quadrature point [points, 1]: the weight of a feature's own condition."""
    unknown: _Singles
    """1 - u [points, 1]: the weight of the share of training rows."""
    weighted_values: _Singles
    """Value of each leaf times the weight of each point [points, leaves]."""
    by_feature: Indices
    """The conditions of all leaves in the order of their features [conditions * leaves]."""
    features: Indices
    """The features in that order, each once."""
    starts: Indices
    """Where each feature begins in that order."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Conditions, points, leaves."""
        return len(self.condition), *self.weighted_values.shape

    def add_contributions(self, satisfied: _Singles, buffers: _Singles, out: Floats) -> None:
        """Add what the leaves contribute to `out` [features]; overwrites `buffers` [2, products of a block]."""
        n_products = int(np.prod(self.shape))
        factors, shares = (buffer[:n_products].reshape(self.shape) for buffer in buffers)
        own = satisfied.take(self.condition)
        np.multiply(own[:, None, :], self.known, out=factors)
        np.multiply(self.share[:, None, :], self.unknown, out=shares)
        factors += shares
        product = np.multiply.reduce(factors, axis=0)
        product *= self.weighted_values
        np.divide(product, factors, out=factors)  # the product of all other factors
        moved = np.add.reduce(factors, axis=1)
        moved *= own - self.share
        out[self.features] += np.add.reduceat(moved.take(self.by_feature), self.starts, dtype=np.float64)


@dataclass(frozen=True)
class TreeExplainer(port.Explainer):
    """Processes rows one by one: the products of one row fit into the processor's cache, those of many rows do not."""

    base: float
    conditions: Conditions
    blocks: tuple[_Block, ...]
    n_features: int
    scale: Scale

    @classmethod
    def from_nodes(cls, nodes: TreeNodes, base: float, n_features: int, scale: Scale) -> "TreeExplainer":
        """An ensemble whose score is `base` plus the values of the leaves that a row reaches.

        Raises BundleError if the covers of the nodes are missing or inconsistent.
        """
        expected, conditions, groups = leaf_conditions(nodes)
        blocks = tuple(block for group in groups for block in _blocks(group, conditions))
        return cls(base + expected, conditions, blocks, n_features, scale)

    def contributions(self, features: NDArray[np.float32]) -> Contributions:
        values = np.zeros((len(features), self.n_features))
        buffers = np.empty((2, max((int(np.prod(block.shape)) for block in self.blocks), default=0)), dtype=np.float32)
        for row, row_values in zip(features, values, strict=True):
            satisfied = self.conditions.satisfied_by(row)
            for block in self.blocks:
                block.add_contributions(satisfied, buffers, row_values)
        return Contributions(self.base, values, self.scale)


def _blocks(leaves: LeafGroup, conditions: Conditions) -> Iterator[_Block]:
    n_conditions = len(leaves.condition)
    points, weights = np.polynomial.legendre.leggauss(n_conditions // 2)
    known = (points[:, None] + 1) / 2
    step = max(1, BLOCK_PRODUCTS // (n_conditions * len(points)))
    for start in range(0, len(leaves.value), step):
        condition, value = leaves.subset(slice(start, start + step))
        feature = conditions.feature[condition].ravel()
        by_feature = np.argsort(feature, kind="stable")
        features, starts = np.unique(feature[by_feature], return_index=True)
        yield _Block(
            condition=np.ascontiguousarray(condition),
            share=conditions.share[condition].astype(np.float32),
            known=known.astype(np.float32),
            unknown=(1 - known).astype(np.float32),
            weighted_values=(weights[:, None] / 2 * value).astype(np.float32),
            by_feature=by_feature,
            features=features,
            starts=starts,
        )
