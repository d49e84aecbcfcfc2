"""Calibrators without a library: Newton's method for every set of slopes, and the pool-adjacent-violators algorithm."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration import Beta, Calibrator, Isotonic, Method, Platt, Unchanged
from delay_core.calibration.scale import SUREST, log_chances, on_grid
from delay_core.errors import TrainingRefused
from delay_core.ports import calibration_fitter as port

Floats = NDArray[np.float64]


class CalibrationFitter(port.CalibrationFitter):
    """Slow, and straight from the definitions."""

    def fit(self, method: Method, labels: NDArray[np.int8], probabilities: NDArray[np.float64]) -> Calibrator:
        if len(set(labels.tolist())) != 2:
            raise TrainingRefused("one class only")
        late, on_time = log_chances(probabilities)
        if method == "platt":
            a, b = _line([late + on_time], labels)
            return Platt(a=a, b=b)
        if method == "beta":
            a, b, c = _line([late, on_time], labels)
            return Beta(a=a, b=b, c=c)
        return _isotonic(labels, probabilities) if method == "isotonic" else Unchanged()


def _line(columns: Sequence[Floats], labels: NDArray[np.int8]) -> list[float]:
    """The best of all sets of slopes whose best values are not below 0; the intercept last."""
    late = int(labels.sum())
    target = np.where(labels == 1, (late + 1) / (late + 2), 1 / (len(labels) - late + 2))
    candidates: list[tuple[float, list[float]]] = []
    for size in range(len(columns) + 1):
        for chosen in combinations(range(len(columns)), size):
            matrix = np.stack([*(columns[i] for i in chosen), np.ones(len(labels))], axis=1)
            weights, loss = _newton(matrix, target)
            slopes = dict(zip(chosen, weights.tolist(), strict=False))
            if min(slopes.values(), default=0) >= 0:
                candidates.append((loss, [*(slopes.get(i, 0.0) for i in range(len(columns))), float(weights[-1])]))
    return min(candidates)[1]


def _newton(matrix: Floats, target: Floats) -> tuple[Floats, float]:
    centre, spread = matrix.mean(axis=0), matrix.std(axis=0)
    varies = spread > 1e-9
    scaled = np.where(varies, (matrix - centre) / np.where(varies, spread, 1), 0)
    scaled[:, -1] = 1
    weights = np.zeros(matrix.shape[1])
    loss = _loss(scaled @ weights, target)
    for _ in range(100):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (target - chance)
        curve = (scaled * (chance * (1 - chance))[:, None]).T @ scaled
        step = np.linalg.lstsq(curve, slope, rcond=1e-12)[0]
        while _loss(scaled @ (weights + step), target) > loss and np.abs(step).max() > 1e-12:
            step = step / 2
        weights, loss = weights + step, _loss(scaled @ (weights + step), target)
        if np.abs(step).max() < 1e-12:
            break
    unscaled = np.where(varies, weights / np.where(varies, spread, 1), 0)
    unscaled[-1] = weights[-1] - (unscaled[:-1] * centre[:-1]).sum()
    return unscaled, loss


def _loss(log_odds: Floats, target: Floats) -> float:
    return float((np.logaddexp(0, log_odds) - target * log_odds).mean())


def _isotonic(labels: NDArray[np.int8], probabilities: Floats) -> Isotonic:
    rows_at: dict[float, tuple[int, int]] = {}
    for label, value in zip(labels.tolist(), on_grid(np.clip(probabilities, 0, 1)).tolist(), strict=True):
        late, rows = rows_at.get(value, (0, 0))
        rows_at[value] = late + label, rows + 1
    blocks: list[tuple[float, float, float]] = []  # late, rows, sum of x
    for value, (late, rows) in sorted(rows_at.items()):
        blocks.append((late, rows, value * rows))
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            (late_1, rows_1, x_1), (late_2, rows_2, x_2) = blocks[-2:]
            blocks[-2:] = [(late_1 + late_2, rows_1 + rows_2, x_1 + x_2)]
    heights = [late / rows for late, rows, _ in blocks]
    if heights[0] == 0:
        heights[0] = min(1 / (blocks[0][1] + 2), heights[1] / 2)
    if heights[-1] == 1:
        heights[-1] = 1 - min(1 / (blocks[-1][1] + 2), (1 - heights[-2]) / 2)
    centres = on_grid(np.array([total / rows for _, rows, total in blocks])).tolist()
    return Isotonic(x=centres, y=[min(max(height, SUREST), 1 - SUREST) for height in heights])
