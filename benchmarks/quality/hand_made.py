"""The model that an analyst makes by hand for the SCMS deliveries: one random forest, the same columns, no search.

Lead times in days and the parts of the date are its features beside the table's own columns; categories become
integers, gaps medians.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder

AMOUNTS = ["Unit of Measure (Per Pack)", "Line Item Quantity", "Line Item Value", "Pack Price", "Unit Price"]
LEADS = {"days since quote": "PQ First Sent to Client Date", "days since order": "PO Sent to Vendor Date"}
NUMERIC = [*AMOUNTS, *LEADS, "weekday", "month"]
CATEGORICAL = [
    "Project Code", "Country", "Managed By", "Fulfill Via", "Vendor INCO Term", "Shipment Mode", "Product Group",
    "Sub Classification", "Vendor", "Molecule/Test Type", "Brand", "Dosage Form", "Manufacturing Site",
    "First Line Designation",
]  # fmt: skip
DAY, ORDERED_DAY = "%d-%b-%y", "%m/%d/%y"
SCHEDULED, DELIVERED, LATE = "scheduled", "delivered", "late"


def read(path: Path) -> pd.DataFrame:
    """The table in the order of its scheduled dates; its index says which row of the file each one was, from 1."""
    table = pd.read_csv(path, keep_default_na=False)
    table.index = pd.RangeIndex(1, len(table) + 1)
    table[SCHEDULED] = pd.to_datetime(table["Scheduled Delivery Date"], format=DAY)
    table[DELIVERED] = pd.to_datetime(table["Delivered to Client Date"], format=DAY)
    table[LATE] = (table[DELIVERED] > table[SCHEDULED]).astype(int)
    for name, column in LEADS.items():
        formats = (pd.to_datetime(table[column], format=form, errors="coerce") for form in (ORDERED_DAY, DAY))
        table[name] = (table[SCHEDULED] - next(formats).fillna(next(formats))).dt.days
    table["weekday"], table["month"] = table[SCHEDULED].dt.day_of_week, table[SCHEDULED].dt.month
    for column in AMOUNTS:
        table[column] = pd.to_numeric(table[column], errors="coerce")
    return table.sort_values(SCHEDULED, kind="stable")


def late_probability(history: pd.DataFrame, window: pd.DataFrame) -> NDArray[np.float64]:
    """What it says of the window's rows [rows], after learning from the history."""
    fitted: Pipeline = _forest().fit(history, history[LATE])
    probabilities: NDArray[np.float64] = fitted.predict_proba(window)[:, 1]
    return probabilities


def _forest() -> Pipeline:
    codes = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2, min_frequency=5
    )
    columns = ColumnTransformer(
        [("numeric", SimpleImputer(strategy="median"), NUMERIC), ("categorical", codes, CATEGORICAL)]
    )
    return make_pipeline(columns, RandomForestClassifier(400, min_samples_leaf=3, n_jobs=1, random_state=0))
