"""Contributions in an ensemble of trees: exact path-dependent TreeSHAP, in numpy over all leaves at once.

A leaf of value v asks for d features. Of a coalition of features that are known, it expects v times a product: for each
known feature 1 or 0, whether the row meets what the leaf asks of it; for each other the share of training rows that do.
Shapley's weight of a coalition of t among d is the integral of u^t (1 - u)^(d-1-t) over 0 < u < 1, so the sum over all
coalitions is the integral of one product of d - 1 factors (1 - u) share + u met: a polynomial in u, which Gauss's
quadrature with d / 2 points integrates exactly. All its terms are positive: nothing cancels.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adapters.model.tree_paths import Floats, Nodes, Paths, paths
from delay_core.ports import explainer as port
from delay_core.ports.explainer import Contributions, Scale

BLOCK = 250_000
"""Products held at once, 2 MB; a deep forest of 150 trees has 3,000,000."""


class _Block(NamedTuple):
    """Some leaves that ask for equally many features, with the points [points, 1] and weights of their quadrature."""

    leaves: Paths
    known: Floats
    unknown: Floats
    weighted: Floats
    """The value of each leaf times the weight of each point [points, leaves]."""


@dataclass(frozen=True)
class TreeExplainer(port.Explainer):
    """Rows are taken one after another: a row's products fit the processor's cache, those of many do not."""

    base: float
    blocks: tuple[_Block, ...]
    features: int
    scale: Scale

    @classmethod
    def of(cls, nodes: Nodes, base: float, features: int, scale: Scale) -> "TreeExplainer":
        """Of trees whose leaves' values are added to `base`. Raises BundleError where the nodes tell no covers."""
        expected, groups = paths(nodes)
        return cls(base + expected, tuple(block for group in groups for block in _blocks(group)), features, scale)

    def contributions(self, features: NDArray[np.float32]) -> Contributions:
        values = np.zeros((len(features), self.features))
        for at, row in enumerate(features):
            for block in self.blocks:
                values[at] += self._added(block, row)
        return Contributions(self.base, values, self.scale)

    def _added(self, block: _Block, row: NDArray[np.float32]) -> Floats:
        leaves = block.leaves
        value = row[leaves.feature]
        met = ((value > leaves.low) & (value <= leaves.high)).astype(np.float64)
        factors = met[:, None, :] * block.known
        factors += leaves.share[:, None, :] * block.unknown
        product = np.multiply.reduce(factors, axis=0)
        product *= block.weighted
        np.divide(product, factors, out=factors)  # the product of the others
        moved = np.add.reduce(factors, axis=1)
        moved *= met - leaves.share
        added: Floats = np.bincount(leaves.feature.ravel(), moved.ravel(), self.features).astype(np.float64, copy=False)
        return added


def _blocks(group: Paths) -> Iterator[_Block]:
    asked = len(group.feature)
    points, weights = np.polynomial.legendre.leggauss((asked + 1) // 2)
    known = (points[:, None] + 1) / 2
    step = max(1, BLOCK // (asked * len(points)))
    for start in range(0, len(group.value), step):
        leaves = group.some(slice(start, start + step))
        yield _Block(leaves, known, 1 - known, weights[:, None] / 2 * leaves.value)
