"""One block of simulated rows as numbers: circumstances, then the truth, then the label, then what follows from it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from adapters.simulator.causes import FLOODED, Circumstances, Floats, Integers, late_log_odds, probability
from adapters.simulator.draws import BLOCK_ROWS, draws_of_block
from adapters.simulator.drift import amount_of, strengths_of_causes
from adapters.simulator.settings import DAY, SimulatorSettings

STATUSES = ("Delayed", "Delivered", "In Transit")
REASONS = ("None", "Weather", "Traffic", "Mechanical Failure", "")
TRUCKS = 10
EMPTY = -1
"""A reading that is not there; only Temperature and Humidity have them, and they are never negative."""

IN_TRANSIT = STATUSES.index("In Transit")
NO_REASON = REASONS.index("")

# cumulated shares of STATUSES and of REASONS among shipments in time (first row) and late ones (second row)
_STATUS = np.array([[0.0, 0.8, 1.0], [0.94, 0.98, 1.0]])
_REASON = np.array([[0.7, 0.8, 0.9, 1.0], [0.1, 0.4, 0.75, 1.0]])
_TRAFFIC = np.array([0.328, 0.673])  # cumulated shares of Clear and Detour

# lowest and highest value, in the unit of the last decimal that is written, evenly likely
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

    `readings` by column: codes for categories, otherwise counts of the last decimal that is written, or `EMPTY`.
    `seconds` count from 1970, UTC; `late` is meaningful also for `open` rows, whose label nobody knows yet.
    """

    seconds: Integers
    readings: dict[str, Integers]
    status: Integers
    reason: Integers
    late: Integers
    open: Integers
    late_probability: Floats
    draws: dict[str, Floats]


def blocks(settings: SimulatorSettings) -> Iterator[Block]:
    """Every block of the table, in order."""
    for number in range(-(-settings.rows // BLOCK_ROWS)):
        yield draw_block(settings, number)


def draw_block(settings: SimulatorSettings, number: int) -> Block:
    """Block `number`, counted from 0: `BLOCK_ROWS` rows, or what is left of the table."""
    first = number * BLOCK_ROWS
    rows = min(BLOCK_ROWS, settings.rows - first)
    draws = {name: values[:rows] for name, values in draws_of_block(settings.seed, number).items()}
    position = (np.arange(first, first + rows) + draws["time"]) / settings.rows
    elapsed = np.minimum((position * settings.seconds).astype(np.int64), settings.seconds - 1)
    seconds = settings.first_second + elapsed
    readings = _readings(settings, draws, position)
    log_odds = late_log_odds(_circumstances(seconds, readings), strengths_of_causes(settings.drift, position))
    shift = amount_of(settings.drift, "label", None, position)
    true_probability = probability(log_odds if shift is None else log_odds + shift)
    late = (draws["label"] < true_probability).astype(np.int64)
    # as the clock stands at the table's end, their label is not known
    is_open = (elapsed > settings.seconds - settings.known_after_days * DAY).astype(np.int64)
    return Block(
        seconds=seconds,
        readings=_recorded(settings, draws, position, readings),
        status=np.where(is_open, IN_TRANSIT, _pick(_STATUS[late], draws["status"])),
        reason=np.where(is_open, NO_REASON, _pick(_REASON[late], draws["reason"])),
        late=late,
        open=is_open,
        late_probability=true_probability,
        draws=draws,
    )


def _readings(settings: SimulatorSettings, draws: dict[str, Floats], position: Floats) -> dict[str, Integers]:
    """What is true of each shipment when it is dispatched."""
    shares = {name: _skewed(settings, name, draws[name], position) for name in ("Asset_ID", "Traffic_Status", *_RANGES)}
    readings = {name: low + (shares[name] * (high + 1 - low)).astype(np.int64) for name, (low, high) in _RANGES.items()}
    readings["Asset_ID"] = (shares["Asset_ID"] * TRUCKS).astype(np.int64)
    traffic = np.searchsorted(_TRAFFIC, shares["Traffic_Status"], side="right")
    flooded = amount_of(settings.drift, "unseen", "Traffic_Status", position)
    readings["Traffic_Status"] = traffic if flooded is None else np.where(draws["unseen"] < flooded, FLOODED, traffic)
    return readings


def _skewed(settings: SimulatorSettings, column: str, share: Floats, position: Floats) -> Floats:
    skew = amount_of(settings.drift, "covariate", column, position)
    # a power can round up to 1, which would fall out of the column's range
    return share if skew is None else np.minimum(share ** np.exp(-skew), np.nextafter(1.0, 0.0))


def _circumstances(seconds: Integers, readings: dict[str, Integers]) -> Circumstances:
    day, second = np.divmod(seconds, DAY)
    return Circumstances(
        hour=second // 3600,
        weekday=(day + 3) % 7,  # 1970 began on a Thursday
        traffic=readings["Traffic_Status"],
        waiting_time=readings["Waiting_Time"].astype(np.float64),
        temperature=readings["Temperature"] / 10,
        asset_utilization=readings["Asset_Utilization"] / 10,
    )


def _recorded(
    settings: SimulatorSettings, draws: dict[str, Floats], position: Floats, readings: dict[str, Integers]
) -> dict[str, Integers]:
    """What the sensors make of it: the truth is settled by now."""
    recorded = dict(readings)
    fahrenheit = amount_of(settings.drift, "unit", "Temperature", position)
    if fahrenheit is not None:
        converted = np.rint(recorded["Temperature"] * 1.8 + 320).astype(np.int64)
        recorded["Temperature"] = np.where(draws["unit"] < fahrenheit, converted, recorded["Temperature"])
    for column in ("Temperature", "Humidity"):
        share = amount_of(settings.drift, "missing", column, position)
        if share is not None:
            recorded[column] = np.where(draws[f"missing {column}"] < share, EMPTY, recorded[column])
    return recorded


def _pick(cumulated: Floats, share: Floats) -> Integers:
    """The index [rows] that each share falls on, among cumulated shares [rows, choices]."""
    index: Integers = np.sum(share[:, None] >= cumulated[:, :-1], axis=1)
    return index
