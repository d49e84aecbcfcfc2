"""Blocks as text with the decimals of the real table; values are looked up, which is faster than formatting."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from adapters.simulator.blocks import MISSING, REASONS, STATUSES, TRUCKS, Block
from adapters.simulator.causes import TRAFFIC, Integers
from adapters.simulator.settings import DAY

Texts = NDArray[np.object_]

COLUMNS = (
    "Timestamp", "Asset_ID", "Latitude", "Longitude", "Inventory_Level", "Shipment_Status", "Temperature", "Humidity",
    "Traffic_Status", "Waiting_Time", "User_Transaction_Amount", "User_Purchase_Frequency", "Logistics_Delay_Reason",
    "Asset_Utilization", "Demand_Forecast", "Logistics_Delay",
)  # fmt: skip
"""The real table's header."""


def format_columns(block: Block) -> dict[str, Texts]:
    """The columns of `COLUMNS`, in order, as text [rows]; a missing value is the empty text."""
    columns = {
        "Timestamp": _timestamps(block.seconds),
        "Asset_ID": _words(tuple(f"Truck_{i + 1}" for i in range(TRUCKS)))[block.readings["Asset_ID"]],
        "Latitude": _degrees(block.readings["Latitude"]),
        "Longitude": _degrees(block.readings["Longitude"]),
        "Shipment_Status": _words(STATUSES)[block.status],
        "Temperature": _tenths()[block.readings["Temperature"]],
        "Humidity": _tenths()[block.readings["Humidity"]],
        "Traffic_Status": _words(TRAFFIC)[block.readings["Traffic_Status"]],
        "Logistics_Delay_Reason": _words(REASONS)[block.reason],
        "Asset_Utilization": _tenths()[block.readings["Asset_Utilization"]],
        "Logistics_Delay": _words(("0", "1", ""))[np.where(block.open, 2, block.late)],
    }
    return {name: columns[name] if name in columns else _integers()[block.readings[name]] for name in COLUMNS}


def _timestamps(seconds: Integers) -> Texts:
    day, second = np.divmod(seconds, DAY)
    first = int(day[0])
    dates = np.arange(first, int(day[-1]) + 1).astype("datetime64[D]")
    joined: Texts = _array(np.datetime_as_string(dates).tolist())[day - first] + _clock()[second]
    return joined


def _degrees(ten_thousandths: Integers) -> Texts:
    """Four decimals; the integer part has the sign, also that of -0."""
    integer, fraction = np.divmod(np.abs(ten_thousandths), 10_000)
    integers, fractions = _integer_and_fraction_texts()
    joined: Texts = integers[integer + 181 * (ten_thousandths < 0)] + fractions[fraction]
    return joined


def _array(words: list[str]) -> Texts:
    return np.array(words, dtype=object)


@cache
def _words(words: tuple[str, ...]) -> Texts:
    return _array(list(words))


@cache
def _integers() -> Texts:
    return _array([str(i) for i in range(501)])


@cache
def _tenths() -> Texts:
    """From 0.0 to 100.0; the index `MISSING`, which is -1, is the last entry."""
    texts = _array([f"{i / 10:.1f}" for i in range(1002)])
    texts[MISSING] = ""
    return texts


@cache
def _integer_and_fraction_texts() -> tuple[Texts, Texts]:
    integers = [f"{sign}{i}." for sign in ("", "-") for i in range(181)]
    return _array(integers), _array([f"{i:04d}" for i in range(10_000)])


@cache
def _clock() -> Texts:
    return _array([f" {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(DAY)])
