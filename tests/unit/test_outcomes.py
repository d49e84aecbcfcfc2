"""Late or not, and since when that is on record."""

import numpy as np
import pandas as pd
import pytest

from delay_core import parse_schema
from delay_core.validation import ShipmentValidator

DATES = """
name: parcels
version: 1
source: {timezone: Europe/Paris}
prediction_point: {column: sent, stage: dispatch}
label: {actual: arrived, promised: due, tolerance: PT2H, known_after: P1D}
columns:
  sent: {role: timestamp}
  due: {role: timestamp}
  arrived: {role: timestamp, nullable: true, available_at: delivered}
  weight: {role: numeric}
"""
SNAPSHOT = "snapshot: 2024-03-10\n"
WORDS = """
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {column: state, late: [Delayed, Lost], on_time: ["On time"], known_after: P3D}
columns:
  sent: {role: timestamp}
  weight: {role: numeric}
  state: {role: label, nullable: true, null_tokens: ["", Moving], available_at: delivered}
"""


def validate(yaml, **columns):
    table = pd.DataFrame({"sent": "2024-03-01", "weight": "1", **columns}, dtype=object)
    return ShipmentValidator(parse_schema(yaml, "parcels.yaml")).validate(table)


def by_dates(*pairs, snapshot=""):
    due, arrived = (list(column) for column in zip(*pairs, strict=True))
    return validate(DATES + snapshot, due=due, arrived=arrived).accepted


def known(table):
    return [None if pd.isna(t) else f"{t:%Y-%m-%d %H:%M}" for t in table["known_at"]]


def test_late__is_delivery_after_promise_and_tolerance():
    result = by_dates(
        ("2024-03-05 10:00", "2024-03-05 12:00"), ("2024-03-05 10:00", "2024-03-05 12:01"), ("2024-03-05 10:00", "")
    )
    assert result["late"].tolist() == pytest.approx([0, 1, np.nan], nan_ok=True)


def test_known_at__of_two_dates_is_never_before_the_promise():
    result = by_dates(("2024-03-05 10:00", "2024-03-02 09:00"), ("2024-03-05 10:00", "2024-03-09 12:01"))
    assert known(result) == ["2024-03-06 11:00"] * 2  # two hours and a day later; Paris is an hour ahead


def test_known_at__is_never_before_the_prediction_point():
    assert known(by_dates(("2024-02-01", "2024-03-02"))) == ["2024-03-01 23:00"]


def test_undelivered_at_the_snapshot__is_late_after_its_promise():
    pairs = (("2024-03-05", ""), ("2024-03-12", ""), ("2024-03-05", "2024-03-11"), ("2024-03-12", "2024-03-11"))
    result = by_dates(*pairs, snapshot=SNAPSHOT)
    assert result["late"].tolist() == pytest.approx([1, np.nan, 1, np.nan], nan_ok=True)
    left_open = by_dates(*pairs, snapshot=SNAPSHOT + "").assign()
    assert left_open["late"].isna().tolist() == [False, True, False, True]


def test_undelivered_at_the_snapshot__may_stay_open():
    yaml = DATES.replace("known_after: P1D", "overdue: open") + SNAPSHOT
    assert validate(yaml, due=["2024-03-05"], arrived=[""]).accepted["late"].isna().all()


def test_label__may_be_text():
    result = validate(WORDS, state=["Delayed", "On time", "Lost", "Moving", ""])
    assert result.accepted["late"].tolist() == pytest.approx([1, 0, 1, np.nan, np.nan], nan_ok=True)
    assert known(result.accepted) == ["2024-03-04 00:00"] * 3 + [None] * 2


def test_label__other_text_is_quarantined_with_the_allowed_values():
    result = validate(WORDS, state=["Delayed", "Perhaps"])
    assert result.quarantined["reasons"].tolist() == [
        "state: 'Perhaps' is not a label; late are Delayed, Lost, on time are On time"
    ]


def test_label__recorded_after_the_snapshot_is_open():
    result = validate(WORDS + "snapshot: 2024-03-05\n", sent=["2024-03-01", "2024-03-04"], state=["On time", "On time"])
    assert result.accepted["late"].tolist() == pytest.approx([0, np.nan], nan_ok=True)


def test_request__has_no_outcome():
    table = pd.DataFrame({"sent": ["2024-03-01"], "due": ["2024-03-02"], "weight": [1]}, dtype=object)
    result = ShipmentValidator(parse_schema(DATES, "parcels.yaml"), request=True).validate(table).accepted
    assert result[["late", "known_at"]].isna().all().all()
