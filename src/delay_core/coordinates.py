"""The canonical text of a point on the earth: `latitude,longitude` in degrees."""

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]


def join_coordinates(latitudes: Degrees, longitudes: Degrees) -> NDArray[np.object_]:
    """The canonical texts [rows], `latitude,longitude`; None where they are NaN."""
    texts = np.full(len(latitudes), None, dtype=object)
    for row in np.flatnonzero(~np.isnan(latitudes)):
        texts[row] = f"{latitudes[row] + 0.0},{longitudes[row] + 0.0}"  # + 0.0: both zeros are one
    return texts


def split_coordinates(texts: NDArray[np.object_]) -> tuple[Degrees, Degrees]:
    """Latitudes and longitudes [rows] of canonical texts; NaN where there is none."""
    pairs = np.array([(np.nan, np.nan) if text is None else text.split(",") for text in texts], dtype=np.float64)
    latitudes, longitudes = pairs.reshape(-1, 2).T
    return latitudes, longitudes
