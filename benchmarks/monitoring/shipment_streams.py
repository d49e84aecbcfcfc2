"""Streams of shipments with known causes of lateness, and the probabilities of a model fitted to earlier ones.

The causes are those of the simulator, with another late rate. The model is a logistic regression that lacks their
interaction and their thresholds. Weekdays differ, the mix moves slowly over the year, and three in ten shipments
travel in deliveries of three, which share their causes and half of their luck.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.simulator.causes import HEAVY, RUSH_HOURS, CausalInputs, late_log_odds

Floats = NDArray[np.float64]
POOL_ROWS = 6_000
"""Shipments of each weekday, from which streams draw."""
TRAINING_ROWS = 20_000
REFERENCE_ROWS = 5_000
GROUP_SIZE = 3
GROUPED_SHARE = 0.3


@dataclass(frozen=True, eq=False)
class ShipmentPool:
    """Shipments of each weekday, by waiting time: served probabilities and true log-odds [7, rows], and reference rows.

    `flipped` are the true log-odds once the effect of traffic has the opposite sign.
    """

    served: Floats
    truth: Floats
    flipped: Floats
    reference_served: Floats
    reference_late: NDArray[np.int8]


def sigmoid(log_odds: Floats) -> Floats:
    """Probabilities of log-odds."""
    probabilities: Floats = 1 / (1 + np.exp(-log_odds))
    return probabilities


def create_pool(late_rate: float, seed: int) -> ShipmentPool:
    """Shipments of which this share is late."""
    generator = np.random.default_rng(seed)
    learned, pool = _draw_inputs(generator, TRAINING_ROWS + REFERENCE_ROWS), _draw_inputs(generator, 7 * POOL_ROWS)
    intercept = _solve_shift(late_log_odds(learned, {}), late_rate)
    late = (generator.random(len(learned.hour)) < sigmoid(late_log_odds(learned, {}) + intercept)).astype(np.int8)
    features = _features(learned)
    weights = _fit_logistic(features[:TRAINING_ROWS], late[:TRAINING_ROWS])
    flipped = late_log_odds(pool, {"traffic": np.full(len(pool.hour), -1.0)})
    order = np.lexsort((pool.waiting_time, pool.weekday))

    def by_weekday(values: Floats) -> Floats:
        return values[order].reshape(7, POOL_ROWS)

    return ShipmentPool(
        by_weekday(sigmoid(_features(pool) @ weights)),
        by_weekday(late_log_odds(pool, {}) + intercept),
        by_weekday(flipped + intercept),
        sigmoid(features[TRAINING_ROWS:] @ weights),
        late[TRAINING_ROWS:],
    )


def late_shift(pool: ShipmentPool, points: float) -> float:
    """What to add to all log-odds so that the late rate rises by so many points."""
    return _solve_shift(pool.truth, float(sigmoid(pool.truth).mean()) + points / 100)


def _draw_inputs(generator: np.random.Generator, rows: int) -> CausalInputs:
    return CausalInputs(
        hour=generator.integers(0, 24, rows),
        weekday=np.arange(rows) % 7,
        traffic=generator.choice(3, rows, p=[0.4, 0.3, 0.3]),
        waiting_time=generator.normal(35, 10, rows),
        temperature=generator.normal(24, 3.5, rows),
        asset_utilization=generator.uniform(60, 100, rows),
    )


def _features(inputs: CausalInputs) -> Floats:
    """What the model reads: each cause alone, without thresholds."""
    return np.column_stack(
        [
            np.ones(len(inputs.hour)),
            inputs.traffic == 1,
            inputs.traffic == HEAVY,
            (inputs.waiting_time - 35) / 10,
            ((inputs.temperature - 24) / 3.5) ** 2,
            np.isin(inputs.hour, RUSH_HOURS),
            (inputs.asset_utilization - 80) / 12,
            *(inputs.weekday == day for day in range(1, 7)),
        ]
    )


def _fit_logistic(features: Floats, late: NDArray[np.int8]) -> Floats:
    """Maximum likelihood by Newton's method."""
    weights = np.zeros(features.shape[1])
    for _ in range(12):
        probabilities = sigmoid(features @ weights)
        curvature = features.T @ (features * (probabilities * (1 - probabilities))[:, None])
        weights += np.linalg.solve(curvature, features.T @ (late - probabilities))
    return weights


def _solve_shift(log_odds: Floats, late_rate: float) -> float:
    low, high = -10.0, 10.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid(log_odds + middle).mean() < late_rate else (low, middle)
    return (low + high) / 2
