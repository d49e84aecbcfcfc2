"""The leaves of a tree ensemble and the conditions on the paths to them, as arrays: the input of TreeSHAP."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from delay_core.errors import BundleError

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

_MIN_COVER = _MIN_SHARE = 1e-30
"""Replace a cover or a share of no training rows, so that no division is by zero, in float32 either."""
_BLOCK_LEAVES = 8_192
"""Leaves whose paths are followed together; bounds memory, however large the forest."""


class TreeNodes(NamedTuple):
    """All nodes of all trees, one array [nodes] each. A row goes left if its feature is at most `threshold`.

    `left` and `right` are indices of nodes, -1 in a leaf. `value` is what a leaf adds to the score, `cover` the number
    of training rows that reached the node, weighted if the tree was fitted with weights.
    """

    feature: Indices
    threshold: NDArray[np.float32]
    left: Indices
    right: Indices
    cover: Floats
    value: Floats


class Conditions(NamedTuple):
    """One condition on a feature for each node, arrays [conditions]; leaves below a node have it in common.

    A row satisfies it if its feature is above `low` and at most `high`. `share` is the share of training rows that take
    the branches to the node wherever its path splits on the feature. The first condition holds for every row.
    """

    feature: Indices
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    share: Floats

    def write(self, positions: Indices, conditions: "Conditions") -> None:
        """Replace the conditions at these positions."""
        self.feature[positions], self.share[positions] = conditions.feature, conditions.share
        self.low[positions], self.high[positions] = conditions.low, conditions.high

    def satisfied_by(self, row: NDArray[np.float32]) -> NDArray[np.float32]:
        """1 for each condition that a row [features] satisfies, 0 for the others."""
        value = row.take(self.feature)
        return ((value > self.low) & (value <= self.high)).astype(np.float32)


class LeafGroup(NamedTuple):
    """Leaves with equally many conditions: their positions in `Conditions` [conditions, leaves], and `value` [leaves].

    Each leaf has one condition on each of its features.
    """

    condition: Indices
    value: Floats

    def subset(self, leaves: slice) -> "LeafGroup":
        """The leaves of a slice."""
        return LeafGroup(self.condition[:, leaves], self.value[leaves])


def leaf_conditions(nodes: TreeNodes) -> tuple[float, Conditions, list[LeafGroup]]:
    """The expected sum of the leaves' values over the training rows, the conditions, and the leaves that have some.

    Leaves of value 0 are left out, because they add nothing to any score. An odd number of conditions is filled up with
    the one that holds for every row: half as many groups, and no more points of quadrature.

    Raises BundleError if covers are missing or inconsistent, or if branches lead back to an ancestor.
    """
    parent, is_left = _parents(nodes)
    _check_covers(nodes, parent)
    conditions = _unconditional(1 + len(parent))
    leaves = np.flatnonzero((nodes.left < 0) & (nodes.value != 0))
    expected, by_count = 0.0, defaultdict(list)
    for start in range(0, len(leaves), _BLOCK_LEAVES):
        block = leaves[start : start + _BLOCK_LEAVES]
        value = nodes.value[block]
        leaf, node, merged = _merge_by_feature(*_path_edges(nodes, parent, is_left, block))
        conditions.write(1 + node, merged)
        reached = np.ones(len(block))
        np.multiply.at(reached, leaf, merged.share)
        expected += float(reached @ value)
        n_conditions = np.bincount(leaf, minlength=len(block))
        first = np.cumsum(n_conditions) - n_conditions
        for count in np.unique(n_conditions[n_conditions > 0]).tolist():
            members = np.flatnonzero(n_conditions == count)
            positions = 1 + node[first[members] + np.arange(count)[:, None]]
            filled = np.pad(positions, ((0, count % 2), (0, 0)))
            by_count[len(filled)].append(LeafGroup(filled, value[members]))
    return expected, conditions, [_concatenate(by_count[count]) for count in sorted(by_count)]


def _unconditional(size: int) -> Conditions:
    return Conditions(
        np.zeros(size, dtype=np.int64),
        np.full(size, -np.inf, dtype=np.float32),
        np.full(size, np.inf, dtype=np.float32),
        np.ones(size),
    )


def _concatenate(groups: list[LeafGroup]) -> LeafGroup:
    return LeafGroup(
        np.concatenate([group.condition for group in groups], axis=1), np.concatenate([group.value for group in groups])
    )


def _parents(nodes: TreeNodes) -> tuple[Indices, NDArray[np.bool_]]:
    """The parent of each node [nodes], -1 for a root, and whether the node is a left child [nodes]."""
    parent, is_left = np.full(len(nodes.left), -1), np.zeros(len(nodes.left), dtype=bool)
    inner = np.flatnonzero(nodes.left >= 0)
    parent[nodes.left[inner]] = parent[nodes.right[inner]] = inner
    is_left[nodes.left[inner]] = True
    return parent, is_left


def _check_covers(nodes: TreeNodes, parent: Indices) -> None:
    has_parent = parent >= 0
    children_cover = np.bincount(parent[has_parent], weights=nodes.cover[has_parent], minlength=len(parent))
    inner = nodes.left >= 0
    # Weighted covers are float32: each of the three has a rounding error.
    consistent = np.allclose(children_cover[inner], nodes.cover[inner], rtol=1e-5, atol=0)
    valid = np.isfinite(nodes.cover) & (nodes.cover >= 0)
    if not (consistent and valid.all() and (nodes.cover[~has_parent] > 0).all()):
        raise BundleError(
            "model.onnx does not state how many training rows reached each node (nodes_hitrates), so its predictions "
            "cannot be explained; retrain the model"
        )


def _path_edges(
    nodes: TreeNodes, parent: Indices, is_left: NDArray[np.bool_], leaves: Indices
) -> tuple[Indices, Indices, Conditions]:
    """Every split on the path to every leaf, upwards: index of the leaf, node below the split, condition on it."""
    steps = list(_walk_to_root(parent, leaves))
    leaf = np.concatenate([index for index, _ in steps])
    node = np.concatenate([node for _, node in steps])
    above = parent[node]
    low, high = np.full(len(node), -np.inf, np.float32), np.full(len(node), np.inf, np.float32)
    left = is_left[node]
    high[left], low[~left] = nodes.threshold[above[left]], nodes.threshold[above[~left]]
    share = np.maximum(nodes.cover[node], _MIN_COVER) / np.maximum(nodes.cover[above], _MIN_COVER)
    return leaf, node, Conditions(nodes.feature[above], low, high, share)


def _walk_to_root(parent: Indices, leaves: Indices) -> Iterator[tuple[Indices, Indices]]:
    """From all leaves upwards at once: index of the leaf and the node, until only roots remain."""
    index, node = np.arange(len(leaves)), leaves
    for _ in range(len(parent)):
        has_parent = parent[node] >= 0
        index, node = index[has_parent], node[has_parent]
        yield index, node
        if not len(node):
            return
        node = parent[node]
    raise BundleError("model.onnx: a branch of its trees leads back to an ancestor")


def _merge_by_feature(leaf: Indices, node: Indices, edges: Conditions) -> tuple[Indices, Indices, Conditions]:
    """One condition per leaf and feature, sorted by leaf, with the node of the last split on the feature."""
    if not len(leaf):
        return leaf, node, edges
    order = np.lexsort((edges.feature, leaf))
    leaf, node, feature = leaf[order], node[order], edges.feature[order]
    starts = np.flatnonzero(np.r_[True, (leaf[1:] != leaf[:-1]) | (feature[1:] != feature[:-1])])
    merged = Conditions(
        feature[starts],
        np.maximum.reduceat(edges.low[order], starts),
        np.minimum.reduceat(edges.high[order], starts),
        np.maximum(np.multiply.reduceat(edges.share[order], starts), _MIN_SHARE),
    )
    return leaf[starts], node[starts], merged
