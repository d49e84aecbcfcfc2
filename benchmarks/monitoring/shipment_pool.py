"""Shipments with known causes of lateness, and the probabilities of a model that was fitted to earlier ones.

The causes are those of the simulator, with another late rate. The model is a logistic regression: it lacks their
interaction and their thresholds, and has small weights by chance on a column and on suppliers that have no effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.simulator.causes import HEAVY, RUSH_HOURS, CausalInputs, late_log_odds

Floats = NDArray[np.float64]
POOL_ROWS = 5_000
"""Shipments of each weekday, from which streams draw."""
TRAINING_ROWS = 20_000
REFERENCE_ROWS = 5_000
SUPPLIERS = 8
NEW_SUPPLIER_SHARE = 0.3

NO_DRIFT = "no drift"
UNKNOWN_CAUSE = "10 points more late, by an unknown cause"
HIGHER_LOG_ODDS = "10 points more late, in the log-odds"
FLIPPED_TRAFFIC = "flipped effect of traffic"
MOVED_COLUMN = "a column of no weight moves 2 standard deviations"
NEW_SUPPLIER = "a new supplier of equal risk"


@dataclass(frozen=True, eq=False)
class World:
    """Served and true late probabilities [weekday, rows], rows by waiting time."""

    served: Floats
    truth: Floats


@dataclass(frozen=True, eq=False)
class ShipmentPool:
    """Worlds by name, and the held-out rows of the training [rows]."""

    worlds: Mapping[str, World]
    reference_served: Floats
    reference_late: NDArray[np.int8]


def sigmoid(log_odds: Floats) -> Floats:
    """Probabilities of log-odds."""
    probabilities: Floats = 1 / (1 + np.exp(-log_odds))
    return probabilities


def create_pool(late_rate: float, seed: int) -> ShipmentPool:
    """Shipments of which this share is late without drift."""
    generator = np.random.default_rng(seed)
    learned = _draw_inputs(generator, TRAINING_ROWS + REFERENCE_ROWS)
    features = _features(learned, *_draw_noise(generator, TRAINING_ROWS + REFERENCE_ROWS))
    intercept = _solve_shift(late_log_odds(learned, {}), late_rate)
    late = (generator.random(len(features)) < sigmoid(late_log_odds(learned, {}) + intercept)).astype(np.int8)
    weights = _fit_logistic(features[:TRAINING_ROWS], late[:TRAINING_ROWS])

    rows = 7 * POOL_ROWS
    inputs, (noise, supplier) = _draw_inputs(generator, rows), _draw_noise(generator, rows)
    order = np.lexsort((inputs.waiting_time, inputs.weekday))
    true_log_odds = late_log_odds(inputs, {}) + intercept
    flipped = late_log_odds(inputs, {"traffic": np.full(rows, -1.0)}) + intercept
    truth = sigmoid(true_log_odds)
    shift = _solve_shift(true_log_odds, float(truth.mean()) + 0.1)
    renewed = np.where(generator.random(rows) < NEW_SUPPLIER_SHARE, SUPPLIERS, supplier)
    served = sigmoid(_features(inputs, noise, supplier) @ weights)

    def world(served: Floats, truth: Floats) -> World:
        return World(served[order].reshape(7, -1), truth[order].reshape(7, -1))

    worlds = {
        NO_DRIFT: world(served, truth),
        UNKNOWN_CAUSE: world(served, truth + 0.1 * (1 - truth) / (1 - truth.mean())),
        HIGHER_LOG_ODDS: world(served, sigmoid(true_log_odds + shift)),
        FLIPPED_TRAFFIC: world(served, sigmoid(flipped)),
        MOVED_COLUMN: world(sigmoid(_features(inputs, noise + 2, supplier) @ weights), truth),
        NEW_SUPPLIER: world(sigmoid(_features(inputs, noise, renewed) @ weights), truth),
    }
    return ShipmentPool(worlds, sigmoid(features[TRAINING_ROWS:] @ weights), late[TRAINING_ROWS:])


def _draw_inputs(generator: np.random.Generator, rows: int) -> CausalInputs:
    return CausalInputs(
        hour=generator.integers(0, 24, rows),
        weekday=np.arange(rows) % 7,
        traffic=generator.choice(3, rows, p=[0.4, 0.3, 0.3]),
        waiting_time=generator.normal(35, 10, rows),
        temperature=generator.normal(24, 3.5, rows),
        asset_utilization=generator.uniform(60, 100, rows),
    )


def _draw_noise(generator: np.random.Generator, rows: int) -> tuple[Floats, NDArray[np.int64]]:
    """A column and the suppliers, which have no effect."""
    return generator.normal(size=rows), generator.integers(0, SUPPLIERS, rows)


def _features(inputs: CausalInputs, noise: Floats, supplier: NDArray[np.int64]) -> Floats:
    """What the model reads: each column alone. A new supplier has none of the indicators."""
    return np.column_stack(
        [
            np.ones(len(noise)),
            inputs.traffic == 1,
            inputs.traffic == HEAVY,
            (inputs.waiting_time - 35) / 10,
            ((inputs.temperature - 24) / 3.5) ** 2,
            np.isin(inputs.hour, RUSH_HOURS),
            (inputs.asset_utilization - 80) / 12,
            noise,
            *(supplier == code for code in range(1, SUPPLIERS)),
            *(inputs.weekday == day for day in range(1, 7)),
        ]
    )


def _fit_logistic(features: Floats, late: NDArray[np.int8]) -> Floats:
    """Maximum likelihood by Newton's method."""
    weights = np.zeros(features.shape[1])
    for _ in range(8):
        probabilities = sigmoid(features @ weights)
        curvature = features.T @ (features * (probabilities * (1 - probabilities))[:, None])
        weights += np.linalg.solve(curvature, features.T @ (late - probabilities))
    return weights


def _solve_shift(log_odds: Floats, late_rate: float) -> float:
    """What to add to all log-odds so that this share is late."""
    low, high = -10.0, 10.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid(log_odds + middle).mean() < late_rate else (low, middle)
    return (low + high) / 2
