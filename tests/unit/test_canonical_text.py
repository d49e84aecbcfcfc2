"""One text for a value, whatever wrote it: as a category, an identifier, a label, a null token, an exclusion."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core import parse_schema
from delay_core.canonical_text import canonical_text, is_canonical, spellings
from delay_core.request_parsing import RequestParser
from delay_core.schema.json_schema import lenient_json_schema
from delay_core.transformers import HistoricalLateRate, OneHotFeature, OrdinalFeature
from delay_core.validation import ShipmentValidator

COMPOSED, DECOMPOSED = "Caf\u00e9", "Cafe\u0301"
SAME = {
    "True": ["TRUE", "true", "True", True, np.bool_(True)],
    "False": ["FALSE", "false", "False", False],
    "5": ["5", "5.0", 5, 5.0, np.int64(5), np.float32(5), Decimal("5.00")],
    "0": ["-0.0", "0.0", 0, -0.0],
    "2.5": ["2.5", 2.5, Decimal("2.50")],
    "2024-01-31": ["2024-01-31", "2024-01-31T00:00:00", date(2024, 1, 31), np.datetime64("2024-01-31")],
    "2024-01-31 08:30:00": ["2024-01-31T08:30", "2024-01-31 08:30:00", datetime(2024, 1, 31, 8, 30)],  # noqa: DTZ001
    "12:00": ["12:00", "12:00:00", time(12)],
    "12:00:07.5": ["12:00:07.500", time(12, 0, 7, 500_000), timedelta(hours=12, seconds=7.5)],
    "36:05": ["36:05:00", timedelta(hours=36, minutes=5)],
    COMPOSED: [COMPOSED, DECOMPOSED],
}
UNCHANGED = ["True Blue", "tRUE", "yes", "007", "007.0", "5.00", "1.10", "-5", "8:30", "a:b", " 5.0", "1e3", "", "x.0"]


@pytest.mark.parametrize(("text", "value"), [(text, value) for text, values in SAME.items() for value in values])
def test_canonical_text__is_the_same_for_each_spelling(text, value):
    assert canonical_text(value) == text


@pytest.mark.parametrize("text", UNCHANGED)
def test_canonical_text__other_texts_stay_unchanged(text):
    assert canonical_text(text) == text


@pytest.mark.parametrize("value", [None, [1], {"a": 1}, b"5", float("nan")])
def test_canonical_text__what_is_no_text_has_none(value):
    assert canonical_text(value) is None


_SPELLINGS = [text for values in SAME.values() for text in values if type(text) is str]
_TEXTS = st.text(max_size=5) | st.sampled_from(_SPELLINGS)


@given(_TEXTS)
def test_canonical_text__of_a_canonical_text_is_itself(text):
    canonical = canonical_text(text)
    assert canonical_text(canonical) == canonical
    assert all(canonical_text(spelling) == canonical for spelling in spellings(text))


@given(st.lists(_TEXTS, max_size=4))
def test_is_canonical__is_true_only_if_each_text_is(texts):
    assert not is_canonical(texts) or [canonical_text(text) for text in texts] == texts


SCHEMA = parse_schema(
    """
name: parcels
version: 1
prediction_point: {column: sent, stage: order}
label: {column: late, late: ["TRUE"], on_time: [""]}
key: parcel
exclude_where: [{column: state, equals: ["true", ""]}]
columns:
  parcel: {role: identifier}
  sent: {role: timestamp}
  fragile: {role: categorical, categories: ["TRUE", "false", "7.0"], unseen: refuse}
  box: {role: categorical, nullable: true, null_tokens: ["0", n/a]}
  weight: {role: numeric, nullable: true, null_tokens: ["-9"]}
  state: {role: ignored}
  late: {role: label, nullable: true, null_tokens: [], available_at: delivered}
""",
    "parcels.yaml",
)
ROW = {"parcel": "P1", "sent": "2024-01-01", "fragile": "TRUE", "box": "a", "weight": 1, "state": "new", "late": "true"}


def validate(**values):
    return ShipmentValidator(SCHEMA).validate(pd.DataFrame([ROW | values], dtype=object))


@pytest.mark.parametrize(
    ("column", "values", "canonical"),
    [
        ("parcel", ["5", "5.0", 5, 5.0], "5"),
        ("fragile", ["TRUE", "True", "true", True], "True"),
        ("fragile", ["7", "7.0", 7, 7.0], "7"),
        ("box", [COMPOSED, DECOMPOSED], COMPOSED),
        ("box", ["0", "0.0", 0, 0.0, "n/a", "", None], None),
        ("weight", ["-9", "-9.0", -9, -9.0, "", None], None),
    ],
)
def test_a_column__has_the_same_value_in_every_spelling_in_tables_and_requests(column, values, canonical):
    parser = RequestParser(SCHEMA)
    without_label = {name: value for name, value in ROW.items() if name != "late"}
    for value in values:
        in_table = validate(**{column: value}).accepted[column].astype(object).tolist()
        in_request = parser.parse([without_label | {column: value}]).columns[column].tolist()
        assert [None if pd.isna(read) else read for read in (*in_table, *in_request)] == [canonical] * 2


@pytest.mark.parametrize(("value", "late"), [("TRUE", 1), (True, 1), ("true", 1), ("", 0), (None, 0)])
def test_a_label__is_compared_by_canonical_text_and_an_empty_cell_is_the_empty_word(value, late):
    assert validate(late=value).accepted["late"].tolist() == [late]


@pytest.mark.parametrize(
    ("state", "excluded"), [("TRUE", 1), (True, 1), ("", 1), (None, 1), ("False", 0), (1, 0), ([1], 0)]
)
def test_exclude_where__compares_by_canonical_text_and_an_empty_cell_is_the_empty_text(state, excluded):
    assert validate(state=state).counts.excluded == excluded


def test_an_empty_category_that_the_schema_lists__is_the_value_of_an_empty_cell():
    yaml = SCHEMA.model_dump(mode="json", exclude_defaults=True)
    yaml["columns"]["box"] = {"role": "categorical", "categories": ["", "a"], "unseen": "refuse", "null_tokens": []}
    schema = type(SCHEMA).model_validate(yaml)
    table = pd.DataFrame([ROW | {"parcel": i, "box": box} for i, box in enumerate(["", None, "a"])], dtype=object)
    assert ShipmentValidator(schema).validate(table).accepted["box"].tolist() == ["", "", "a"]
    requests = [[{name: row[name] for name in row if name != "late"}] for row in table.to_dict("records")]
    assert RequestParser(schema).parse_batch(requests).shipments.columns["box"].tolist() == ["", "", "a"]


def test_json_schema__lists_every_spelling_of_a_category():
    allowed = lenient_json_schema(SCHEMA)["properties"]["fragile"]["enum"]
    assert {type(value).__name__ + str(value) for value in allowed} >= {"strtrue", "boolTrue", "str7.0", "str7", "int7"}


def test_transformers__of_a_bundle_from_before_recognize_canonical_texts():
    """Such a bundle has the categories as the file wrote them."""
    column = {"fragile": np.array(["True", "2", COMPOSED, None], dtype=object)}
    one_hot = OneHotFeature(column="fragile", frequent=("2.0", "TRUE"), rare=(DECOMPOSED,), indicator=True)
    matrix = np.zeros((4, len(one_hot.names)), dtype=np.float32)
    one_hot.encode(column, matrix)
    assert matrix.argmax(axis=1).tolist() == [1, 0, 2, 4]
    ordinal, codes = OrdinalFeature(column="fragile", frequent=("2.0", "TRUE")), np.zeros((4, 1), dtype=np.float32)
    ordinal.encode(column, codes)
    assert codes[:, 0].tolist() == [1, 0, -1, -1]
    assert one_hot.model_dump(mode="json")["frequent"] == ["2.0", "TRUE"]


def test_historical_late_rate__of_a_bundle_from_before_recognizes_canonical_texts():
    day = np.array(["2024-01-01"] * 8, dtype="datetime64[us]")
    train = {
        "a": np.array(["TRUE"] * 8, dtype=object), "b": np.array(["2.0"] * 8, dtype=object),
        "sent": day, "late": np.ones(8), "known_at": day,
    }  # fmt: skip
    rate = HistoricalLateRate.fit("rate", "rate", ("a", "b"), "sent", train)
    rates = []
    for a, b in (("True", "2"), ("TRUE", "2.0"), ("x", "2")):
        out, later = np.zeros((1, 1), dtype=np.float32), np.array(["2024-03-01"], dtype="datetime64[us]")
        rate.encode({"a": np.array([a], dtype=object), "b": np.array([b], dtype=object), "sent": later}, out)
        rates.append(out[0, 0])
    assert rates[0] == rates[1] > rates[2]
