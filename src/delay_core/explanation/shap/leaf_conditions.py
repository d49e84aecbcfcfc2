"""The leaves of a tree ensemble and the conditions on the paths to them, as arrays: the input of TreeSHAP."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from delay_core.errors import BundleError

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

_MIN_COVER = 1e-30
"""Replaces a cover of no training rows, so that no division is by zero."""
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


class LeafConditions(NamedTuple):
    """Leaves that have conditions on equally many distinct features; arrays [conditions, leaves], `value` [leaves].

    A row satisfies a condition if its feature is above `low` and at most `high`. `share` is the share of training rows
    that take the leaf's branches wherever its path splits on the feature.
    """

    feature: Indices
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    share: Floats
    value: Floats

    def subset(self, leaves: slice) -> "LeafConditions":
        """The leaves of a slice."""
        cells = (slice(None), leaves)
        return LeafConditions(
            self.feature[cells], self.low[cells], self.high[cells], self.share[cells], self.value[leaves]
        )


def leaf_conditions(nodes: TreeNodes) -> tuple[float, list[LeafConditions]]:
    """The expected sum of the leaves' values over the training rows, and the leaves by their number of conditions.

    Raises BundleError if covers are missing or inconsistent, or if branches lead back to an ancestor.
    """
    parent, is_left = _parents(nodes)
    _check_covers(nodes, parent)
    all_leaves = np.flatnonzero(nodes.left < 0)
    expected, by_count = 0.0, defaultdict(list)
    for start in range(0, len(all_leaves), _BLOCK_LEAVES):
        leaves = all_leaves[start : start + _BLOCK_LEAVES]
        value = nodes.value[leaves]
        leaf, feature, low, high, share = _merge_by_feature(*_path_edges(nodes, parent, is_left, leaves))
        reached = np.ones(len(leaves))
        np.multiply.at(reached, leaf, share)
        expected += float(reached @ value)
        n_conditions = np.bincount(leaf, minlength=len(leaves))
        first = np.cumsum(n_conditions) - n_conditions
        for count in np.unique(n_conditions[n_conditions > 0]).tolist():
            members = np.flatnonzero(n_conditions == count)
            index = first[members] + np.arange(count)[:, None]
            by_count[count].append(
                LeafConditions(feature[index], low[index], high[index], share[index], value[members])
            )
    return expected, [_concatenate(by_count[count]) for count in sorted(by_count)]


def _concatenate(blocks: list[LeafConditions]) -> LeafConditions:
    return LeafConditions(
        np.concatenate([block.feature for block in blocks], axis=1),
        np.concatenate([block.low for block in blocks], axis=1),
        np.concatenate([block.high for block in blocks], axis=1),
        np.concatenate([block.share for block in blocks], axis=1),
        np.concatenate([block.value for block in blocks]),
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
) -> tuple[Indices, Indices, NDArray[np.float32], NDArray[np.float32], Floats]:
    """Every split on the path to every leaf: index of the leaf, feature, low, high, share of rows on this branch."""
    steps = list(_walk_to_root(parent, leaves))
    leaf = np.concatenate([index for index, _ in steps])
    node = np.concatenate([node for _, node in steps])
    above = parent[node]
    low, high = np.full(len(node), -np.inf, np.float32), np.full(len(node), np.inf, np.float32)
    left = is_left[node]
    high[left], low[~left] = nodes.threshold[above[left]], nodes.threshold[above[~left]]
    share = np.maximum(nodes.cover[node], _MIN_COVER) / np.maximum(nodes.cover[above], _MIN_COVER)
    return leaf, nodes.feature[above], low, high, share


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


def _merge_by_feature(
    leaf: Indices, feature: Indices, low: NDArray[np.float32], high: NDArray[np.float32], share: Floats
) -> tuple[Indices, Indices, NDArray[np.float32], NDArray[np.float32], Floats]:
    """One condition per leaf and feature, sorted by leaf."""
    if not len(leaf):
        return leaf, feature, low, high, share
    order = np.lexsort((feature, leaf))
    leaf, feature = leaf[order], feature[order]
    starts = np.flatnonzero(np.r_[True, (leaf[1:] != leaf[:-1]) | (feature[1:] != feature[:-1])])
    return (
        leaf[starts],
        feature[starts],
        np.maximum.reduceat(low[order], starts),
        np.minimum.reduceat(high[order], starts),
        np.multiply.reduceat(share[order], starts),
    )
