"""Names in the graph of model.onnx that its writer and its readers share.

Every graph maps one float32 input [rows, features] to one float32 output [rows]. What an explanation needs is part of
the graph: a tree ensemble is one node that adds up leaves, whose `nodes_hitrates` hold the number of training rows per
node, and a Sigmoid if the sum is log-odds; a linear model subtracts the training means before it multiplies by the
weights; a constant is one ConstantOfShape node. An average has the nodes and constants of its members, each name with
the member's prefix, and a share for each of them. All its forests are one member without a share: their leaves are
multiplied by their shares.
"""

INPUT = "features"
OUTPUT = "late_probability"

LEAF_SUM = "TreeEnsembleRegressor"
"""The operator that adds up the leaves that a row reaches."""
LEAF_SUM_CLASSIFIER = "TreeEnsembleClassifier"
"""The operator of older bundles, with the conversion of log-odds as an attribute; it is read but no longer written."""

LINEAR_MEANS = "reference"
"""Training means, float64 [features]."""
LINEAR_WEIGHTS = "weights"
"""Coefficients, float64 [features, 1]."""
LINEAR_BASE = "base"
"""Log-odds of a shipment at the means, float64 [1]."""

SHARE = "share"
"""What a member's probability is multiplied by in an average, float32, scalar; its name has the member's prefix."""


def member_prefix(number: int) -> str:
    """The prefix of all names of a member of an average, which are numbered from 0."""
    return f"member_{number}/"
