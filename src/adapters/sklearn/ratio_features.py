"""Canonical columns of two tables as one matrix, in which a linear model sees shifts of mean and spread."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.ports.density_ratio import Columns

MAX_CATEGORIES = 30
"""Indicators per column, for the most frequent categories."""
KNOTS = (0.25, 0.5, 0.75)
"""Quantiles at which the slope of a numeric column may change."""

Floats = NDArray[np.float64]


def build_matrix(reference: Columns, window: Columns) -> Floats:
    """A matrix [rows of both, features], the reference first; features are standardized, constant ones left out."""
    shared = [name for name in reference if name in window]
    features = [feature for name in shared for feature in _features(np.concatenate([reference[name], window[name]]))]
    matrix = np.stack(features, axis=1)
    spread = matrix.std(axis=0)
    varying = spread > 1e-12
    return np.asarray((matrix[:, varying] - matrix[:, varying].mean(axis=0)) / spread[varying])


def _features(values: NDArray[Any]) -> Iterator[Floats]:
    if values.dtype == object:
        texts = np.array(["" if text is None else str(text) for text in values])
        categories, counts = np.unique(texts, return_counts=True)
        for category in categories[np.argsort(-counts, kind="stable")[:MAX_CATEGORIES]]:
            yield (texts == category).astype(np.float64)
        return
    missing = np.isnan(values)
    yield missing.astype(np.float64)
    if missing.all():
        return
    quantiles = np.unique(np.quantile(values[~missing], [0.001, *KNOTS, 0.999]))
    filled = np.clip(np.where(missing, np.median(values[~missing]), values), quantiles[0], quantiles[-1])
    yield filled
    for knot in quantiles[1:-1]:
        yield np.maximum(filled - knot, 0)
