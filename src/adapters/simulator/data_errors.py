"""Data errors as people and sensors make them. They change the text of values, never the ground truth."""

import numpy as np

from adapters.simulator.causes import Floats
from adapters.simulator.text_columns import Texts

# (column, replacement); {} is the value
UNPARSEABLE_DATES = (("Timestamp", "2024-13-45 25:61:00"), ("Timestamp", "not recorded"), ("Timestamp", "31st of {}"))
NUMBERS_WITH_TEXT = (("Waiting_Time", "{} min"), ("Inventory_Level", "about {}"), ("Asset_Utilization", "{} %"))
IMPOSSIBLE_VALUES = (
    ("Humidity", "140.0"),
    ("Waiting_Time", "-5"),
    ("Asset_Utilization", "250.0"),
    ("Latitude", "123.4567"),
)
MISSING_VALUES = (("Timestamp", ""), ("Traffic_Status", ""), ("Waiting_Time", ""), ("Asset_Utilization", ""))

_KINDS = (UNPARSEABLE_DATES, NUMBERS_WITH_TEXT, IMPOSSIBLE_VALUES, MISSING_VALUES)


def inject_errors(columns: dict[str, Texts], draws: dict[str, Floats], share: float) -> None:
    """Replace one value in this share of the rows, in place; the four kinds of errors are equally likely."""
    for row in np.flatnonzero(draws["dirt"] < share):
        kind = _KINDS[int(draws["dirt kind"][row] * len(_KINDS))]
        column, pattern = kind[int(draws["dirt choice"][row] * len(kind))]
        columns[column][row] = pattern.format(columns[column][row])
