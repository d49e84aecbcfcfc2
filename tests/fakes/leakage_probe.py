"""Out-of-fold late rates of cells: each feature in its values or eight quantiles, all features crossed."""

import numpy as np
from numpy.typing import NDArray

from delay_core.ports import leakage_probe as port


class LeakageProbe(port.LeakageProbe):
    def predict_out_of_fold(
        self,
        features: NDArray[np.float32],
        labels: NDArray[np.int8],
        fold: NDArray[np.int8],
        depth: int | None,
        min_samples_leaf: int,
    ) -> NDArray[np.float64]:
        cell = np.unique([_steps(column) for column in features.T], axis=1, return_inverse=True)[1].ravel()
        late = np.empty(len(labels))
        for held_out in np.unique(fold):
            train, validation = fold != held_out, fold == held_out
            rows = np.bincount(cell[train], minlength=cell.max() + 1)
            late_rows = np.bincount(cell[train], weights=labels[train], minlength=cell.max() + 1)
            late[validation] = ((late_rows + labels[train].mean()) / (rows + 1))[cell[validation]]
        return late


def _steps(column: NDArray[np.float32]) -> NDArray[np.intp]:
    values, step = np.unique(column, return_inverse=True)
    if len(values) <= 8:
        return step
    return np.searchsorted(np.quantile(column, np.arange(1, 8) / 8), column)
