"""The leaves of an ensemble, with the conditions of their paths, as arrays: what contributions are computed from."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from delay_core.errors import BundleError

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


_FEWEST = 1e-30
"""Stands for no training row, so that nothing is divided by zero."""
_AT_ONCE = 8_192
"""Leaves whose paths are climbed together: that bounds memory, whatever the forest."""


class Nodes(NamedTuple):
    """All nodes of all trees, one array [nodes] each; a row goes to `yes` where its feature is at most `threshold`.

    `yes` and `no` are positions among the nodes, -1 in a leaf. `value` is what a leaf adds to the score, `cover` how
    many training rows reached the node.
    """

    feature: Indices
    threshold: NDArray[np.float32]
    yes: Indices
    no: Indices
    cover: Floats
    value: Floats


class Paths(NamedTuple):
    """Leaves that ask for equally many distinct features; arrays [asked, leaves], `value` [leaves].

    A row meets what a leaf asks of a feature where it lies above `low` and at most at `high`. `share` is the share of
    training rows that go the leaf's way where its path asks for the feature.
    """

    feature: Indices
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    share: Floats
    value: Floats

    def some(self, leaves: slice) -> "Paths":
        """Some of the leaves."""
        asked = (slice(None), leaves)
        return Paths(self.feature[asked], self.low[asked], self.high[asked], self.share[asked], self.value[leaves])


def paths(nodes: Nodes) -> tuple[float, list[Paths]]:
    """The mean of the leaves' values, summed over trees, and the leaves by how many features they ask for.

    Raises BundleError where the covers are none.
    """
    parent, is_yes = _parents(nodes)
    _check_covers(nodes, parent)
    leaves = np.flatnonzero(nodes.yes < 0)
    mean, found = 0.0, defaultdict(list)
    for start in range(0, len(leaves), _AT_ONCE):
        some = leaves[start : start + _AT_ONCE]
        value = nodes.value[some]
        leaf, feature, low, high, share = _merged(*_edges(nodes, parent, is_yes, some))
        reached = np.ones(len(some))
        np.multiply.at(reached, leaf, share)
        mean += float(reached @ value)
        asked = np.bincount(leaf, minlength=len(some))
        first = np.cumsum(asked) - asked
        for count in np.unique(asked[asked > 0]).tolist():
            these = np.flatnonzero(asked == count)
            at = first[these] + np.arange(count)[:, None]
            found[count].append(Paths(feature[at], low[at], high[at], share[at], value[these]))
    return mean, [_joined(found[count]) for count in sorted(found)]


def _joined(parts: list[Paths]) -> Paths:
    return Paths(
        np.concatenate([part.feature for part in parts], axis=1),
        np.concatenate([part.low for part in parts], axis=1),
        np.concatenate([part.high for part in parts], axis=1),
        np.concatenate([part.share for part in parts], axis=1),
        np.concatenate([part.value for part in parts]),
    )


def _parents(nodes: Nodes) -> tuple[Indices, NDArray[np.bool_]]:
    """The parent of each node, -1 of a root, and whether the node is its `yes`."""
    parent, is_yes = np.full(len(nodes.yes), -1), np.zeros(len(nodes.yes), dtype=bool)
    inner = np.flatnonzero(nodes.yes >= 0)
    parent[nodes.yes[inner]] = parent[nodes.no[inner]] = inner
    is_yes[nodes.yes[inner]] = True
    return parent, is_yes


def _check_covers(nodes: Nodes, parent: Indices) -> None:
    below = parent >= 0
    total = np.bincount(parent[below], weights=nodes.cover[below], minlength=len(parent))
    inner = nodes.yes >= 0
    # Weighted covers are float32: each of the three has an error of its own.
    consistent = np.allclose(total[inner], nodes.cover[inner], rtol=1e-5, atol=0)
    counts = np.isfinite(nodes.cover) & (nodes.cover >= 0)
    if not (consistent and counts.all() and (nodes.cover[~below] > 0).all()):
        raise BundleError(
            "model.onnx does not tell how many training rows reached each node (nodes_hitrates), so nothing it says "
            "can be explained; train it anew"
        )


def _edges(
    nodes: Nodes, parent: Indices, is_yes: NDArray[np.bool_], leaves: Indices
) -> tuple[Indices, Indices, NDArray[np.float32], NDArray[np.float32], Floats]:
    """Every condition on the way to every leaf: leaf's number, feature, low, high, share of rows going this way."""
    parts = list(_climbed(parent, leaves))
    leaf = np.concatenate([number for number, _ in parts])
    node = np.concatenate([at for _, at in parts])
    above = parent[node]
    low, high = np.full(len(node), -np.inf, np.float32), np.full(len(node), np.inf, np.float32)
    yes = is_yes[node]
    high[yes], low[~yes] = nodes.threshold[above[yes]], nodes.threshold[above[~yes]]
    share = np.maximum(nodes.cover[node], _FEWEST) / np.maximum(nodes.cover[above], _FEWEST)
    return leaf, nodes.feature[above], low, high, share


def _climbed(parent: Indices, leaves: Indices) -> Iterator[tuple[Indices, Indices]]:
    """From all leaves up at once: the leaf's number and the node, until only roots are left."""
    number, node = np.arange(len(leaves)), leaves
    for _ in range(len(parent)):
        below = parent[node] >= 0
        number, node = number[below], node[below]
        yield number, node
        if not len(node):
            return
        node = parent[node]
    raise BundleError("model.onnx: its trees have branches that lead back into themselves")


def _merged(
    leaf: Indices, feature: Indices, low: NDArray[np.float32], high: NDArray[np.float32], share: Floats
) -> tuple[Indices, Indices, NDArray[np.float32], NDArray[np.float32], Floats]:
    """One condition per leaf and feature, in the order of leaves."""
    if not len(leaf):
        return leaf, feature, low, high, share
    order = np.lexsort((feature, leaf))
    of, asks = leaf[order], feature[order]
    starts = np.flatnonzero(np.r_[True, (of[1:] != of[:-1]) | (asks[1:] != asks[:-1])])
    return (
        of[starts],
        asks[starts],
        np.maximum.reduceat(low[order], starts),
        np.minimum.reduceat(high[order], starts),
        np.multiply.reduceat(share[order], starts),
    )
