"""A model for the SCMS deliveries as an analyst builds it by hand: one random forest, the same columns, no search.

Its features are the table's columns, lead times in days and parts of the date; categories are encoded as integers,
missing values as medians.
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
LEAD_TIMES = {"days since quote": "PQ First Sent to Client Date", "days since order": "PO Sent to Vendor Date"}
NUMERIC = [*AMOUNTS, *LEAD_TIMES, "weekday", "month"]
CATEGORICAL = [
    "Project Code", "Country", "Managed By", "Fulfill Via", "Vendor INCO Term", "Shipment Mode", "Product Group",
    "Sub Classification", "Vendor", "Molecule/Test Type", "Brand", "Dosage Form", "Manufacturing Site",
    "First Line Designation",
]  # fmt: skip
DATE_FORMAT, ORDER_DATE_FORMAT = "%d-%b-%y", "%m/%d/%y"
SCHEDULED, DELIVERED, LATE = "scheduled", "delivered", "late"


def read(path: Path) -> pd.DataFrame:
    """The table ordered by scheduled date; its index is the row of the file, from 1."""
    table = pd.read_csv(path, keep_default_na=False)
    table.index = pd.RangeIndex(1, len(table) + 1)
    table[SCHEDULED] = pd.to_datetime(table["Scheduled Delivery Date"], format=DATE_FORMAT)
    table[DELIVERED] = pd.to_datetime(table["Delivered to Client Date"], format=DATE_FORMAT)
    table[LATE] = (table[DELIVERED] > table[SCHEDULED]).astype(int)
    for name, column in LEAD_TIMES.items():
        formats = (
            pd.to_datetime(table[column], format=date_format, errors="coerce")
            for date_format in (ORDER_DATE_FORMAT, DATE_FORMAT)
        )
        table[name] = (table[SCHEDULED] - next(formats).fillna(next(formats))).dt.days
    table["weekday"], table["month"] = table[SCHEDULED].dt.day_of_week, table[SCHEDULED].dt.month
    for column in AMOUNTS:
        table[column] = pd.to_numeric(table[column], errors="coerce")
    return table.sort_values(SCHEDULED, kind="stable")


def late_probability(history: pd.DataFrame, window: pd.DataFrame) -> NDArray[np.float64]:
    """Late probabilities [rows] of the window, after training on the history."""
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
