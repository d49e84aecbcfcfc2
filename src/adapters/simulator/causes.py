"""The causes of lateness in simulated shipments, and the sizes of their effects.

A shipment is late with probability p, and the log-odds of p are `INTERCEPT` plus the effects of all `CAUSES`. Every
effect averages about zero over a table without drift, so that a cause can disappear without changing the late rate.
Columns that no cause reads (position, truck, inventory, demand, the User_ columns, humidity) are pure noise.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TRAFFIC = ("Clear", "Detour", "Heavy", "Flooded")
"""Traffic_Status by code; only drift creates the last category."""
FLOODED = TRAFFIC.index("Flooded")
HEAVY = TRAFFIC.index("Heavy")
RUSH_HOURS = (7, 8, 9, 16, 17, 18)
INTERCEPT = -0.55


@dataclass(frozen=True)
class CausalInputs:
    """The columns that the causes read, one array [rows] each: true values, not those that sensors recorded.

    `hour` 0–23 and `weekday` 0 (Monday) – 6, both UTC; `traffic` codes into `TRAFFIC`; `waiting_time` in minutes,
    `temperature` in °C, `asset_utilization` in per cent.
    """

    hour: Integers
    weekday: Integers
    traffic: Integers
    waiting_time: Floats
    temperature: Floats
    asset_utilization: Floats


@dataclass(frozen=True)
class Cause:
    """One cause: the columns that it reads, and its effect on the log-odds of being late [rows]."""

    name: str
    columns: tuple[str, ...]
    effect: Callable[[CausalInputs], Floats]


_BY_TRAFFIC = np.array([-1.25, 0.05, 1.2, 1.8])
_BY_HOUR = np.where(np.isin(np.arange(24), RUSH_HOURS), 0.45, -0.15)
_BY_WEEKDAY = np.array([0.25, 0.0, 0.0, 0.1, 0.45, -0.4, -0.4])
_BY_RUSH_AND_TRAFFIC = np.full((24, len(TRAFFIC)), -0.08)
_BY_RUSH_AND_TRAFFIC[list(RUSH_HOURS), HEAVY] = 0.92


def _traffic(shipments: CausalInputs) -> Floats:
    """Clear roads help, a detour has almost no effect, heavy traffic is the strongest cause."""
    return _BY_TRAFFIC[shipments.traffic]


def _waiting(shipments: CausalInputs) -> Floats:
    """Every ten minutes of waiting add 0.55."""
    return 0.055 * (shipments.waiting_time - 35.0)


def _temperature(shipments: CausalInputs) -> Floats:
    """Both cold and heat delay: a parabola around 24 °C, +1.2 at either end of the range."""
    return 0.05 * ((shipments.temperature - 24.0) ** 2 - 12.0)


def _rush_hour(shipments: CausalInputs) -> Floats:
    """Mornings and late afternoons, UTC."""
    return _BY_HOUR[shipments.hour]


def _rush_hour_in_heavy_traffic(shipments: CausalInputs) -> Floats:
    """Heavy traffic at rush hour adds 1 to the effects of the two causes."""
    return _BY_RUSH_AND_TRAFFIC[shipments.hour, shipments.traffic]


def _weekday(shipments: CausalInputs) -> Floats:
    """Mondays and Fridays are late, weekends early."""
    return _BY_WEEKDAY[shipments.weekday]


def _overload(shipments: CausalInputs) -> Floats:
    """No effect up to 85 % utilization, then +0.09 for each per cent more."""
    return 0.09 * np.maximum(shipments.asset_utilization - 85.0, 0.0) - 0.25


CAUSES = (
    Cause("traffic", ("Traffic_Status",), _traffic),
    Cause("waiting", ("Waiting_Time",), _waiting),
    Cause("temperature", ("Temperature",), _temperature),
    Cause("rush hour", ("Timestamp",), _rush_hour),
    Cause("rush hour in heavy traffic", ("Timestamp", "Traffic_Status"), _rush_hour_in_heavy_traffic),
    Cause("weekday", ("Timestamp",), _weekday),
    Cause("overload", ("Asset_Utilization",), _overload),
)
CAUSAL_COLUMNS = tuple(sorted({column for cause in CAUSES for column in cause.columns}))


def late_log_odds(shipments: CausalInputs, scales: Mapping[str, Floats]) -> Floats:
    """Log-odds of being late [rows]; `scales` [rows] by cause name multiply an effect (default: 1)."""
    total = np.full(len(shipments.hour), INTERCEPT)
    for cause in CAUSES:
        effect = cause.effect(shipments)
        total += effect * scales[cause.name] if cause.name in scales else effect
    return total


def probability(log_odds: Floats) -> Floats:
    """The logistic function."""
    return 1.0 / (1.0 + np.exp(-log_odds))
