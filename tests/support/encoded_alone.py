"""An encoder's transformers, each encoded alone."""

import numpy as np
from numpy.typing import NDArray

from delay_core import FeatureEncoder
from delay_core.features import Columns


def encode_one_by_one(encoder: FeatureEncoder, columns: Columns) -> NDArray[np.float32]:
    """The matrix [rows, features] of `encoder.encode`, from the `encode` of each transformer."""
    rows = len(columns[encoder.columns[0]])
    matrices = []
    for transformer in encoder.transformers:
        features = np.zeros((rows, len(transformer.names)), dtype=np.float32)
        transformer.encode(columns, features)
        matrices.append(features)
    return np.hstack(matrices)
