"""Labels by two columns that exclude each other, and by a delay in numbers: outcomes, violations, and requests."""

import numpy as np
import pandas as pd
import pytest

from delay_core import parse_schema
from delay_core.request_parsing import RequestParser
from delay_core.schema.fields import column_uses
from delay_core.schema.label import Label
from delay_core.validation import ShipmentValidator

FLAGS = """
name: parcels
version: 1
snapshot: 2024-06-30
prediction_point: {column: sent, stage: dispatch}
label: {late_column: delay, late: [R, X], on_time_column: ontime, on_time: [G], known_after: P7D}
columns:
  sent: {role: timestamp}
  weight: {role: numeric}
  delay: {role: label, nullable: true, null_tokens: ["", "-"]}
  ontime: {role: label, nullable: true}
"""
NUMBERS = FLAGS.replace("late: [R, X], ", "").replace("on_time: [G], ", "")
DELAY = """
name: parcels
version: 1
source: {decimal: ","}
snapshot: 2024-06-30
prediction_point: {column: sent, stage: dispatch}
label: {delay: late by, unit: minutes, tolerance: PT15M, known_after: P7D}
columns:
  sent: {role: timestamp}
  weight: {role: numeric}
  late by:
    {role: numeric, nullable: true, strip: [min], minimum: -1440, sentinels: {lost: "9999"}, available_at: delivered}
"""


def validate(text, *rows):
    schema = parse_schema(text, "parcels.yaml")
    table = pd.DataFrame([{"sent": "2024-05-01", "weight": 1, **row} for row in rows], dtype=object)
    return ShipmentValidator(schema).validate(table)


def outcomes(text, *rows):
    return validate(text, *rows).accepted["late"].tolist()


@pytest.mark.parametrize(
    ("text", "delay", "ontime", "late"),
    [
        (FLAGS, "R", "", 1),
        (FLAGS, "X", "", 1),
        (FLAGS, "", "G", 0),
        (FLAGS, "-", "G", 0),
        (FLAGS, None, None, np.nan),
        (FLAGS.replace("known", "neither: on_time, known"), "", "", 0),
        (FLAGS.replace("known", "neither: late, known"), "", "", 1),
        (NUMBERS, 1, 0, 1),
        (NUMBERS, "0", "1", 0),
        (NUMBERS, "", "1.0", 0),
        (NUMBERS, 0, 0, np.nan),
    ],
)
def test_a_mark__says_late_or_on_time(text, delay, ontime, late):
    np.testing.assert_equal(outcomes(text, {"delay": delay, "ontime": ontime}), [late])


@pytest.mark.parametrize(
    ("delay", "ontime", "code", "reason"),
    [
        ("R", "G", "contradictory_label", "delay: marks the shipment, and so does 'ontime'; it is either late or on"),
        ("r", "", "not_a_label", "delay: 'r' is not a label; late are R, X, and no value otherwise"),
        ("", "R", "not_a_label", "ontime: 'R' is not a label; on time are G, and no value otherwise"),
    ],
)
def test_other_marks_and_both_marks__are_quarantined(delay, ontime, code, reason):
    result = validate(FLAGS, {"delay": delay, "ontime": ontime}, {"delay": "R", "ontime": ""})
    assert result.quarantined["codes"].tolist() == [code]
    assert result.quarantined["reasons"][0].startswith(reason)
    assert result.accepted["late"].tolist() == [1.0]


@pytest.mark.parametrize(
    ("delay", "late"),
    [
        ("15", 0), ("15,5", 1), ("16 min", 1), (15, 0), (15.001, 1), ("-20", 0), ("0", 0), ("", np.nan),
        ("9999", np.nan), (None, np.nan),
    ],
)  # fmt: skip
def test_a_delay__is_late_above_the_tolerance(delay, late):
    np.testing.assert_equal(outcomes(DELAY, {"late by": delay}), [late])


@pytest.mark.parametrize(
    ("unit", "tolerance", "delay", "late"),
    [("days", "P1D", 1, 0), ("days", "PT12H", 1, 1), ("hours", "P1D", 24, 0), ("hours", "P1D", 24.5, 1),
     ("seconds", "PT15M", 901, 1), ("minutes", "PT0S", 0.5, 1)],
)  # fmt: skip
def test_a_tolerance__is_in_any_unit(unit, tolerance, delay, late):
    text = DELAY.replace("unit: minutes, tolerance: PT15M", f"unit: {unit}, tolerance: {tolerance}")
    assert outcomes(text, {"late by": delay}) == [late]


@pytest.mark.parametrize(
    ("delay", "code"), [("soon", "not_a_number"), ("1.5", "not_a_number"), (-2000, "out_of_range")]
)
def test_a_delay_that_is_no_number__is_quarantined(delay, code):
    assert validate(DELAY, {"late by": delay}).quarantined["codes"].tolist() == [code]


@pytest.mark.parametrize("text", [FLAGS, DELAY])
def test_an_outcome__is_known_some_time_after_the_prediction_and_open_at_the_snapshot(text):
    row = {"delay": "R", "ontime": "", "late by": 60}
    accepted = validate(text, row, {**row, "sent": "2024-06-29"}).accepted
    assert accepted["known_at"][0] == pd.Timestamp("2024-05-08", tz="UTC")
    np.testing.assert_equal(accepted["late"].tolist(), [1.0, np.nan])


@pytest.mark.parametrize(("text", "column"), [(FLAGS, "delay"), (FLAGS, "ontime"), (DELAY, "late by")])
def test_the_columns_of_the_outcome__are_no_features_and_ignored_in_requests(text, column):
    schema = parse_schema(text, "parcels.yaml")
    assert list(schema.features) == ["weight"]
    assert column_uses(schema)[column] == "label"
    parsed = RequestParser(schema).parse([{"sent": "2024-05-01", "weight": 1, column: "anything"}])
    assert column not in parsed.columns
    assert any(note.startswith(f"{column} ignored: ") for note in parsed.notes[0])


@pytest.mark.parametrize(
    ("tolerance", "words"),
    [
        ("P1D", "later than promised by more than 1 day"),
        ("P2DT90M", "later than promised by more than 2 days 1 hour 30 minutes"),
        ("PT0.5S", "later than promised by more than 0.5 seconds"),
        ("PT0S", "later than promised"),
    ],
)
def test_a_label_by_dates__says_its_tolerance_in_words(tolerance, words):
    label = Label.model_validate(
        {"actual": "arrived", "promised": "promised", "tolerance": tolerance, "known_after": "P7D"}
    )
    assert label.condition() == f"arrived is {words}"
