"""Hierarchical shrinkage of trees: a node's late rate is drawn to its parent's, the more so the fewer rows that has.

After A. Agarwal, Y. S. Tan, O. Ronen, C. Singh and B. Yu, "Hierarchical Shrinkage: improving the accuracy and
interpretability of tree-based methods", ICML 2022. The trees keep their splits.
"""

import numpy as np
from sklearn.tree._tree import Tree


def shrink(tree: Tree, rows: float) -> None:
    """Change the late rates of the nodes in place; a parent has the weight of `rows` training rows.

    `tree` is a fitted tree of two classes. No leaf of few rows calls an outcome impossible afterwards.
    """
    late = tree.value[:, 0, 1]
    shrunk = late.copy()
    level = np.array([0])
    while len(level):
        level = level[tree.children_left[level] >= 0]
        weight = 1 + rows / tree.weighted_n_node_samples[level]
        for children in (tree.children_left[level], tree.children_right[level]):
            shrunk[children] = shrunk[level] + (late[children] - late[level]) / weight
        level = np.concatenate((tree.children_left[level], tree.children_right[level]))
    tree.value[:, 0, 0], tree.value[:, 0, 1] = 1 - shrunk, shrunk
