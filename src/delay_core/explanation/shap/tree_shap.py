"""Exact path-dependent TreeSHAP, in numpy over all leaves at once.

A leaf of value v has conditions on d features. For a coalition of known features, the expected output of the leaf is v
times a product over its features: 1 or 0 for a known feature, whether the row satisfies the leaf's condition on it; the
share of training rows that satisfy it for every other feature. Shapley's weight of a coalition of t among d features is
the integral of u^t (1 - u)^(d-1-t) over 0 < u < 1. So the sum over all coalitions is the integral of one product of
d - 1 factors (1 - u) share + u satisfied: a polynomial in u, which Gaussian quadrature with d / 2 points integrates
exactly. All its terms are positive, so there is no cancellation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from delay_core.explanation.shap.leaf_conditions import Floats, LeafConditions, TreeNodes, leaf_conditions
from delay_core.ports import explainer as port
from delay_core.ports.explainer import Contributions, Scale

BLOCK_PRODUCTS = 250_000
"""Products in one block, 2 MB; a deep forest of 150 trees has 3,000,000 in all."""


class _Block(NamedTuple):
    """Leaves with equally many conditions, and the quadrature over them."""

    leaves: LeafConditions
    known: Floats
    """u at each quadrature point [points, 1]: the weight of a feature's own condition."""
    unknown: Floats
    """1 - u [points, 1]: the weight of the share of training rows."""
    weighted_values: Floats
    """Value of each leaf times the weight of each point [points, leaves]."""


@dataclass(frozen=True)
class TreeExplainer(port.Explainer):
    """Processes rows one by one: the products of one row fit into the processor's cache, those of many rows do not."""

    base: float
    blocks: tuple[_Block, ...]
    n_features: int
    scale: Scale

    @classmethod
    def from_nodes(cls, nodes: TreeNodes, base: float, n_features: int, scale: Scale) -> "TreeExplainer":
        """An ensemble whose score is `base` plus the values of the leaves that a row reaches.

        Raises BundleError if the covers of the nodes are missing or inconsistent.
        """
        expected, groups = leaf_conditions(nodes)
        return cls(base + expected, tuple(block for group in groups for block in _blocks(group)), n_features, scale)

    def contributions(self, features: NDArray[np.float32]) -> Contributions:
        values = np.zeros((len(features), self.n_features))
        for index, row in enumerate(features):
            for block in self.blocks:
                values[index] += self._block_contributions(block, row)
        return Contributions(self.base, values, self.scale)

    def _block_contributions(self, block: _Block, row: NDArray[np.float32]) -> Floats:
        leaves = block.leaves
        value = row[leaves.feature]
        satisfied = ((value > leaves.low) & (value <= leaves.high)).astype(np.float64)
        factors = satisfied[:, None, :] * block.known
        factors += leaves.share[:, None, :] * block.unknown
        product = np.multiply.reduce(factors, axis=0)
        product *= block.weighted_values
        np.divide(product, factors, out=factors)  # the product of all other factors
        moved = np.add.reduce(factors, axis=1)
        moved *= satisfied - leaves.share
        totals = np.bincount(leaves.feature.ravel(), moved.ravel(), self.n_features)
        return totals.astype(np.float64, copy=False)


def _blocks(leaves: LeafConditions) -> Iterator[_Block]:
    n_conditions = len(leaves.feature)
    points, weights = np.polynomial.legendre.leggauss((n_conditions + 1) // 2)
    known = (points[:, None] + 1) / 2
    step = max(1, BLOCK_PRODUCTS // (n_conditions * len(points)))
    for start in range(0, len(leaves.value), step):
        block = leaves.subset(slice(start, start + step))
        yield _Block(block, known, 1 - known, weights[:, None] / 2 * block.value)
