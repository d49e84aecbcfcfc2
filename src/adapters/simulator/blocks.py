"""Blocks of simulated rows as numbers: first the inputs of the causes, then the label, then what follows from it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from adapters.simulator.causes import FLOODED, CausalInputs, Floats, Integers, late_log_odds, probability
from adapters.simulator.drift import drift_amount, effect_scales
from adapters.simulator.random_draws import BLOCK_ROWS, draw_uniforms
from adapters.simulator.settings import DAY, SimulatorSettings

STATUSES = ("Delayed", "Delivered", "In Transit")
REASONS = ("None", "Weather", "Traffic", "Mechanical Failure", "")
TRUCKS = 10
MISSING = -1
"""A missing value; only Temperature and Humidity can have it, and their values are never negative."""

IN_TRANSIT = STATUSES.index("In Transit")
NO_REASON = REASONS.index("")

# Cumulative shares of STATUSES and of REASONS among punctual shipments (first row) and late ones (second row).
_STATUS = np.array([[0.0, 0.8, 1.0], [0.94, 0.98, 1.0]])
_REASON = np.array([[0.7, 0.8, 0.9, 1.0], [0.1, 0.4, 0.75, 1.0]])
_TRAFFIC = np.array([0.328, 0.673])  # cumulative shares of Clear and Detour

# Minimum and maximum in units of the last written decimal; the values are uniform.
_RANGES = {
    "Latitude": (-900_000, 900_000),
    "Longitude": (-1_800_000, 1_800_000),
    "Inventory_Level": (100, 500),
    "Temperature": (180, 300),
    "Humidity": (500, 800),
    "Waiting_Time": (10, 60),
    "User_Transaction_Amount": (100, 500),
    "User_Purchase_Frequency": (1, 10),
    "Asset_Utilization": (600, 1000),
    "Demand_Forecast": (100, 300),
}


@dataclass(frozen=True)
class Block:
    """Rows as numbers, each array [rows].

    `readings` by column: codes of categories, otherwise units of the last written decimal, or `MISSING`. `seconds` are
    counted from 1970, UTC. `late` has a value for `open` rows, too, whose label is not known yet.
    """

    seconds: Integers
    readings: dict[str, Integers]
    status: Integers
    reason: Integers
    late: Integers
    open: Integers
    late_probability: Floats
    draws: dict[str, Floats]


def generate_blocks(settings: SimulatorSettings) -> Iterator[Block]:
    """All blocks of the table, in order."""
    for number in range(-(-settings.rows // BLOCK_ROWS)):
        yield draw_block(settings, number)


def draw_block(settings: SimulatorSettings, number: int) -> Block:
    """Block `number`, counted from 0: `BLOCK_ROWS` rows, or the rest of the table."""
    first = number * BLOCK_ROWS
    rows = min(BLOCK_ROWS, settings.rows - first)
    draws = {name: values[:rows] for name, values in draw_uniforms(settings.seed, number).items()}
    position = (np.arange(first, first + rows) + draws["time"]) / settings.rows
    elapsed = np.minimum((position * settings.seconds).astype(np.int64), settings.seconds - 1)
    seconds = settings.first_second + elapsed
    readings = _readings(settings, draws, position)
    log_odds = late_log_odds(_causal_inputs(seconds, readings), effect_scales(settings.drift, position))
    shift = drift_amount(settings.drift, "label", None, position)
    true_probability = probability(log_odds if shift is None else log_odds + shift)
    late = (draws["label"] < true_probability).astype(np.int64)
    # At the end of the table's time span, the label of these rows is not known yet.
    is_open = (elapsed > settings.seconds - settings.known_after_days * DAY).astype(np.int64)
    return Block(
        seconds=seconds,
        readings=_record(settings, draws, position, readings),
        status=np.where(is_open, IN_TRANSIT, _pick(_STATUS[late], draws["status"])),
        reason=np.where(is_open, NO_REASON, _pick(_REASON[late], draws["reason"])),
        late=late,
        open=is_open,
        late_probability=true_probability,
        draws=draws,
    )


def _readings(settings: SimulatorSettings, draws: dict[str, Floats], position: Floats) -> dict[str, Integers]:
    """The true values of each shipment at its dispatch."""
    shares = {name: _skewed(settings, name, draws[name], position) for name in ("Asset_ID", "Traffic_Status", *_RANGES)}
    readings = {name: low + (shares[name] * (high + 1 - low)).astype(np.int64) for name, (low, high) in _RANGES.items()}
    readings["Asset_ID"] = (shares["Asset_ID"] * TRUCKS).astype(np.int64)
    traffic = np.searchsorted(_TRAFFIC, shares["Traffic_Status"], side="right")
    flooded_share = drift_amount(settings.drift, "unseen", "Traffic_Status", position)
    readings["Traffic_Status"] = (
        traffic if flooded_share is None else np.where(draws["unseen"] < flooded_share, FLOODED, traffic)
    )
    return readings


def _skewed(settings: SimulatorSettings, column: str, share: Floats, position: Floats) -> Floats:
    skew = drift_amount(settings.drift, "covariate", column, position)
    # A power can be rounded up to 1, which is outside the column's range.
    return share if skew is None else np.minimum(share ** np.exp(-skew), np.nextafter(1.0, 0.0))


def _causal_inputs(seconds: Integers, readings: dict[str, Integers]) -> CausalInputs:
    day, second = np.divmod(seconds, DAY)
    return CausalInputs(
        hour=second // 3600,
        weekday=(day + 3) % 7,  # 1970 began on a Thursday
        traffic=readings["Traffic_Status"],
        waiting_time=readings["Waiting_Time"].astype(np.float64),
        temperature=readings["Temperature"] / 10,
        asset_utilization=readings["Asset_Utilization"] / 10,
    )


def _record(
    settings: SimulatorSettings, draws: dict[str, Floats], position: Floats, readings: dict[str, Integers]
) -> dict[str, Integers]:
    """The values that sensors record; they do not change the label."""
    recorded = dict(readings)
    fahrenheit = drift_amount(settings.drift, "unit", "Temperature", position)
    if fahrenheit is not None:
        converted = np.rint(recorded["Temperature"] * 1.8 + 320).astype(np.int64)
        recorded["Temperature"] = np.where(draws["unit"] < fahrenheit, converted, recorded["Temperature"])
    for column in ("Temperature", "Humidity"):
        share = drift_amount(settings.drift, "missing", column, position)
        if share is not None:
            recorded[column] = np.where(draws[f"missing {column}"] < share, MISSING, recorded[column])
    return recorded


def _pick(cumulative: Floats, share: Floats) -> Integers:
    """The index [rows] of the interval of each share, among cumulative shares [rows, choices]."""
    index: Integers = np.sum(share[:, None] >= cumulative[:, :-1], axis=1)
    return index
