"""The density ratio by counting in the cells of a coarse grid."""

import numpy as np
from numpy.typing import NDArray

from delay_core.ports import density_ratio as port
from delay_core.ports.density_ratio import Columns, DensityRatios

PARTS = 4
"""Parts of equal frequency that a numeric column is divided into."""


class DensityRatio(port.DensityRatio):
    """Multiplies the ratios of the columns, as if they did not depend on each other."""

    def estimate(self, reference: Columns, window: Columns) -> DensityRatios:
        rows = len(next(iter(reference.values())))
        ratios = np.ones(rows + len(next(iter(window.values()))))
        for name in [name for name in reference if name in window]:
            cells = _cells(np.concatenate([reference[name], window[name]]))
            shares = [
                (np.bincount(part, minlength=cells.max() + 1) + 1) / (len(part) + cells.max() + 1)
                for part in (cells[:rows], cells[rows:])
            ]
            ratios *= (shares[1] / shares[0])[cells]
        return DensityRatios(ratios[:rows], ratios[rows:])


def _cells(values: NDArray[np.generic]) -> NDArray[np.int64]:
    """The number of each row's cell [rows]."""
    if values.dtype == object:
        return np.unique([str(value) for value in values], return_inverse=True)[1]
    numbers = values.astype(np.float64)
    cells = np.zeros(len(numbers), dtype=np.int64)
    present = ~np.isnan(numbers)
    if present.any():
        edges = np.quantile(numbers[present], np.arange(1, PARTS) / PARTS)
        cells[present] = 1 + np.searchsorted(edges, numbers[present])
    return cells
