"""An encoder whose stored numbers do not fit together is refused when it is loaded, not when it encodes."""

import json

import numpy as np
import pandas as pd
import pytest

from delay_core import FeatureEncoder, parse_schema
from delay_core.errors import BundleError
from delay_core.features import to_arrays
from delay_core.transformers.base import nan_median

SCHEMA = parse_schema(
    """
name: parcels
version: 1
source: {timezone: Europe/Paris}
prediction_point: {column: sent, stage: dispatch}
label: {column: late}
calendar: [{column: sent, parts: [hour, trend, recent_late_rate]}]
derived:
  allowed: {days: [sent, due]}
  rate of the carrier: {late_rate: carrier}
  outcomes of the carrier: {outcome_count: carrier}
columns:
  sent: {role: timestamp}
  due: {role: timestamp}
  weight: {role: numeric}
  carrier: {role: categorical}
  late: {role: label, available_at: delivered}
""",
    "parcels.yaml",
)
ROWS = 600


@pytest.fixture(scope="module")
def stored():
    """The content of encoder.json, with one transformer of each kind that learns numbers."""
    row = np.arange(ROWS)
    sent = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(row // 10, unit="D")
    table = pd.DataFrame(
        {
            "sent": sent,
            "due": sent + pd.Timedelta(days=2),
            "known_at": sent + pd.Timedelta(days=3),
            "late": (row % 7 == 0).astype(float),
            "weight": row.astype(float),
            "carrier": [f"carrier {number:02d}" for number in row % 12],
        }
    )
    return FeatureEncoder.fit(SCHEMA, to_arrays(table, table.columns)).to_json()


def refuse(stored, kind, change, message):
    """Change the transformer of this kind, and load the encoder."""
    content = json.loads(stored)
    [transformer] = [part for part in content["parts"] if part["kind"] == kind]
    change(transformer)
    with pytest.raises(BundleError, match=rf"(?s)encoder\.json.*{message}"):
        FeatureEncoder.from_json(json.dumps(content).encode())


def drop_last(values):
    del values[-1]


def swap_first(values):
    values[0], values[1] = values[1], values[0]


def set_first(value):
    def change(values):
        values[0] = value

    return change


def split_in_two(history):
    history.update(keys=["", "all"], starts=[0, history["starts"][1] // 2, history["starts"][1]])


@pytest.mark.parametrize(
    ("kind", "path", "change", "message"),
    [
        ("recent_late_rate", "rates", drop_last, r"recent_late_rate.*60 days need 61 rates, not 60"),
        ("recent_late_rate", "days", drop_last, r"recent_late_rate.*59 days need 60 rates, not 61"),
        ("recent_late_rate", "days", swap_first, r"recent_late_rate\.days.*must increase, but \d+ at position 1"),
        ("recent_late_rate", "days", set_first(-1), r"recent_late_rate\.days\.0.*greater than or equal to 0"),
        ("recent_late_rate", "rates", set_first(float("nan")), r"recent_late_rate\.rates\.0.*finite number"),
        ("recent_late_rate", "rates", set_first(1.5), r"recent_late_rate\.rates\.0.*less than or equal to 1"),
        ("late_rate", "history.days", drop_last, r"late_rate\.history.*\d+ days, \d+ rows, \d+ late"),
        ("late_rate", "history.days", swap_first, r"late_rate\.history.*entries 0 and 1 do not"),
        ("late_rate", "history.rows", set_first(0), r"late_rate\.history.*rows of a key must increase.*entry 0"),
        ("late_rate", "history.late", set_first(9), r"late_rate\.history.*late by at most as much; entry 0"),
        ("late_rate", "history.starts", drop_last, r"late_rate\.history.*12 keys need 13 starts, not 12"),
        ("late_rate", "history.starts", set_first(1), r"late_rate\.history.*starts must increase from 0"),
        ("late_rate", "history.keys", set_first("carrier 01"), r"late_rate\.history.*keys must differ"),
        ("late_rate", "everything.keys", set_first("all"), r"late_rate\.everything.*under the key ''"),
        ("late_rate", "everything", split_in_two, r"late_rate\.everything.*under the key '', not under 'all'"),
        ("outcome_count", "history.late", drop_last, r"outcome_count\.history.*an entry has one of each"),
        ("alphabet", "frequent", swap_first, r"alphabet\.frequent.*must increase, but 'carrier 00'"),
        ("calendar", "parts", drop_last, r"calendar\.parts.*at least 1 item"),
        ("days", "inputs", drop_last, r"days.*days is computed from 2 columns, not from 1"),
    ],
)
def test_values_that_do_not_fit_together__are_refused_with_their_place(stored, kind, path, change, message):
    def change_at_path(transformer):
        values = transformer
        for key in path.split("."):
            values = values[key]
        change(values)

    refuse(stored, kind, change_at_path, message)


@pytest.mark.parametrize(
    ("kind", "key", "value", "message"),
    [
        ("numeric", "median", float("inf"), r"numeric\.median.*finite number"),
        ("days", "median", float("nan"), r"days\.median.*finite number"),
        ("trend", "days", -1, r"trend\.days.*greater than or equal to 0"),
        ("trend", "first", 10**30, r"trend\.first.*less than 16777216"),
        ("trend", "timezone", "Mars/Base", r"trend\.timezone.*unknown timezone 'Mars/Base'"),
        ("calendar", "timezone", "Mars/Base", r"calendar\.timezone.*write an IANA name"),
        ("outcome_count", "point", "due", r"outcomes count before one prediction point.*'due', 'sent'"),
    ],
)
def test_value_that_no_fit_has__is_refused_with_its_place(stored, kind, key, value, message):
    refuse(stored, kind, lambda transformer: transformer.update({key: value}), message)


def test_median__of_infinite_numbers_is_finite():
    assert nan_median(np.array([-np.inf, np.inf, np.nan])) == 0
