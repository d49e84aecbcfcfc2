"""Training sets made for the tests of trainers."""

import numpy as np
from numpy.typing import NDArray

from delay_core.ports.model_trainer import TrainingSet

FEATURES = 5


def shipments(rows: int, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Features [rows, FEATURES] on different scales, and labels that depend on them with noise."""
    draw = np.random.default_rng(seed)
    features = draw.normal(size=(rows, FEATURES)) * (1, 1000, 0.01, 1, 1) + (0, 0, 40, 0, 0)
    features[:, 3] = features[:, 3] > 0.5
    labels = features[:, 0] + features[:, 3] + draw.normal(size=rows) > 1
    return features.astype(np.float32), labels.astype(np.int8)


def train_rows(rows: int, seed: int = 0) -> TrainingSet:
    """The same as a training set."""
    return TrainingSet(*shipments(rows, seed))
