"""Orders of the SCMS deliveries that a planner makes in a spreadsheet, from what is known before the test rows."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from benchmarks.worklist.plans import Floats
from delay_core.validation import LATE

DUE_DATE = "Scheduled Delivery Date"
RATES: Mapping[str, tuple[str, ...]] = {
    "late rate of the vendor": ("Vendor",),
    "late rate of vendor and country": ("Vendor", "Country"),
    "late rate of country and mode": ("Country", "Shipment Mode"),
    "late rate of the way of delivery": ("Fulfill Via",),
}
MIN_DELIVERIES = 20
"""The late rate of fewer deliveries is chance: the rate of all deliveries is used instead."""


def priorities(history: pd.DataFrame, test: pd.DataFrame) -> dict[str, Floats]:
    """The priorities [rows] of the test rows by each order; `history` are the deliveries with earlier outcomes."""
    by_due_date = -test[DUE_DATE].astype("int64").to_numpy().astype(np.float64)
    return {
        "due date": by_due_date,
        **{name: late_rates(history, test, columns) for name, columns in RATES.items()},
    }


def late_rates(history: pd.DataFrame, test: pd.DataFrame, columns: tuple[str, ...]) -> Floats:
    """The late rate [rows] of the earlier deliveries that have the same values as each test row."""
    by_values = history.fillna("").groupby(list(columns))[LATE].agg(["mean", "size"])
    rates = by_values["mean"].where(by_values["size"] >= MIN_DELIVERIES)
    rated = test.loc[:, list(columns)].fillna("").merge(rates.rename("rate"), how="left", on=list(columns))
    return rated["rate"].fillna(history[LATE].mean()).to_numpy(dtype=np.float64)
