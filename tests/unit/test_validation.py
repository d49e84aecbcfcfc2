"""Validation: every row is accepted, quarantined with its reasons, or excluded; nothing is coerced."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core import parse_schema
from delay_core.errors import SourceError
from delay_core.validation import UNREADABLE, ShipmentValidator

YAML = """
name: parcels
version: 1
source: {date_formats: [ISO8601, "%d/%m/%Y"], timezone: Europe/Paris}
prediction_point: {column: sent, stage: dispatch}
label: {column: late}
key: [id]
exclude_where: [{column: state, equals: [cancelled]}]
columns:
  id: {role: identifier}
  sent: {role: timestamp, available_at: dispatch}
  weight:
    {role: numeric, unit: kg, minimum: 0, maximum: 50, nullable: true, null_tokens: ["", "n/a"], aliases: [Weight]}
  mode: {role: categorical, categories: [air, sea], unseen: refuse}
  place: {role: categorical}
  state: {role: ignored}
  driver: {role: ignored, pii: true}
  email: {role: identifier, pii: true}
  arrived: {role: numeric, available_at: delivered}
  late: {role: label, nullable: true, available_at: delivered}
"""
SCHEMA = parse_schema(YAML, "parcels.yaml")
KEYLESS = parse_schema(YAML.replace("key: [id]\n", ""), "keyless.yaml")
ROW = {
    "id": "p1",
    "sent": "2024-03-20 00:11",
    "weight": "3.5",
    "mode": "air",
    "place": "Lyon",
    "state": "done",
    "driver": "Ann Canary",
    "email": "ann@canary.example",
    "arrived": "1",
    "late": "1",
}


def validate(*changes, schema=SCHEMA, request=False):
    rows = [{**ROW, "id": f"p{i}", **change} for i, change in enumerate(changes)]
    return ShipmentValidator(schema, request=request).validate(pd.DataFrame(rows, dtype=object))


def test_valid_row__is_accepted_in_canonical_types():
    row = validate({}).accepted.iloc[0]
    assert row["shipment_id"] == "p0"
    assert row["source_row"] == 1
    assert row["late"] == 1.0
    assert row["weight"] == 3.5
    assert row["sent"] == pd.Timestamp("2024-03-19 23:11", tz="UTC")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"weight": "heavy"}, "weight: 'heavy' is not a number"),
        ({"weight": "1_000"}, "weight: '1_000' is not a number"),
        ({"weight": "inf"}, "weight: 'inf' is not a number"),
        ({"weight": True}, "weight: True is not a number"),
        ({"weight": [3]}, "weight: [3] is not a number"),
        ({"weight": "-1"}, "weight: -1 is out of range; allowed is 0 to 50 kg"),
        ({"weight": "51"}, "weight: 51 is out of range; allowed is 0 to 50 kg"),
        ({"sent": "yesterday"}, "sent: 'yesterday' is not a date; expected ISO8601 or %d/%m/%Y"),
        ({"sent": "2024-03-31 02:30"}, "sent: '2024-03-31 02:30' does not occur in Europe/Paris, where the clocks"),
        ({"sent": ""}, "sent: missing; it must have a value"),
        ({"mode": "rail"}, "mode: 'rail' is not one of air, sea"),
        ({"mode": {"a": 1}}, "is not text"),
        ({"place": None}, "place: missing"),
        ({"late": "maybe"}, "late: 'maybe' is not a label; allowed are 0 and 1"),
        ({"late": "2"}, "late: '2' is not a label"),
    ],
)
def test_invalid_value__quarantines_the_row_with_its_reason(change, reason):
    result = validate(change, {})
    assert result.counts.quarantined == 1
    assert result.counts.accepted == 1
    assert reason in result.quarantined["reasons"].iloc[0]
    assert result.broken_rules.total() == 1


def test_every_reason_of_a_row__is_kept():
    [row] = validate({"weight": "x", "mode": "rail"}).quarantined.to_dict("records")
    assert row["reasons"] == "weight: 'x' is not a number; mode: 'rail' is not one of air, sea"
    assert row["codes"] == "not_a_number; unknown_category"


@pytest.mark.parametrize("value", ["", "n/a", None, np.nan])
def test_null_tokens__are_missing_values_of_a_nullable_column(value):
    assert np.isnan(validate({"weight": value}).accepted["weight"].iloc[0])


def test_timestamps__use_the_declared_zone_and_formats():
    sent = validate({"sent": "2024-03-20T00:11:00Z"}, {"sent": "20/07/2024"}).accepted["sent"]
    assert sent.tolist() == [pd.Timestamp("2024-03-20 00:11", tz="UTC"), pd.Timestamp("2024-07-19 22:00", tz="UTC")]


def test_open_shipment__has_no_label():
    assert np.isnan(validate({"late": ""}).accepted["late"].iloc[0])


def test_excluded_row__is_counted_and_not_quarantined():
    result = validate({"state": "cancelled", "weight": "x"}, {})
    assert (result.counts.excluded, result.counts.quarantined, result.counts.accepted) == (1, 0, 1)


def test_repeated_key__is_quarantined_across_chunks():
    validator = ShipmentValidator(SCHEMA)
    table = pd.DataFrame([ROW], dtype=object)
    assert validator.validate(table).counts.accepted == 1
    again = validator.validate(table)
    assert again.counts.quarantined == 1
    assert "a key must be unique" in again.quarantined["reasons"].iloc[0]
    assert again.quarantined["source_row"].tolist() == [2]


def test_equal_rows_without_a_key__have_different_ids():
    ids = validate({"id": "same"}, {"id": "same"}, {"place": "Nice"}, schema=KEYLESS).accepted["shipment_id"].tolist()
    assert ids[0].split("-")[0] == ids[1].split("-")[0] != ids[2].split("-")[0]
    assert [name.split("-")[1] for name in ids] == ["1", "2", "1"]


def test_id__does_not_depend_on_the_spelling_of_a_value():
    texts, typed = validate({}, schema=KEYLESS), validate({"weight": 3.5, "late": 1}, schema=KEYLESS)
    assert texts.accepted["shipment_id"].tolist() == typed.accepted["shipment_id"].tolist()


def test_personal_data__is_in_neither_accepted_nor_quarantined_rows():
    result = validate({"weight": "x"}, {})
    written = result.accepted.to_csv() + result.quarantined.to_csv()
    assert "anary" not in written
    assert "Lyon" in written


def test_quarantined_row__keeps_its_raw_values():
    kept = json.loads(validate({"weight": "x", "place": "São"}).quarantined["row"].iloc[0])
    assert kept["weight"] == "x"
    assert kept["place"] == "São"


def test_a_row_that_could_not_be_cut__is_quarantined_for_that_alone():
    raw = pd.DataFrame([{**ROW}, dict.fromkeys(ROW)], dtype=object)
    raw[UNREADABLE] = [None, "line 3: 2 fields, the header has 10"]
    result = ShipmentValidator(SCHEMA).validate(raw)
    assert result.quarantined["reasons"].tolist() == ["line 3: 2 fields, the header has 10"]
    assert result.counts.accepted == 1


def test_aliases__name_the_same_column():
    raw = pd.DataFrame([ROW], dtype=object).rename(columns={"weight": "Weight"})
    assert ShipmentValidator(SCHEMA).validate(raw).accepted["weight"].tolist() == [3.5]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["id;sent;weight"], "missing columns: id, sent, weight, mode, place, late.*schema parcels says ','"),
        ([*(name for name in ROW if name != "late")], "missing columns: late"),
        ([*ROW, "Weight"], "'weight' is in the header twice"),
    ],
)
def test_header__that_does_not_match_is_refused(columns, message):
    with pytest.raises(SourceError, match=message):
        ShipmentValidator(SCHEMA).validate(pd.DataFrame([["x"] * len(columns)], columns=columns, dtype=object))


def test_request__needs_neither_label_nor_nullable_columns():
    row = {name: ROW[name] for name in ("id", "sent", "mode", "place")}
    result = ShipmentValidator(SCHEMA, request=True).validate(pd.DataFrame([row], dtype=object))
    assert result.counts.accepted == 1
    assert np.isnan(result.accepted["weight"].iloc[0])


DIRT = st.one_of(
    st.none(), st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.lists(st.integers(), max_size=1),
    st.sampled_from(["air", "1", "0", "2024-01-01", "cancelled", "p1", "3.5", "Lyon", "\ud800"]),
)  # fmt: skip


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(ROW, DIRT)), min_size=1, max_size=12), st.integers(1, 12))
def test_rows__are_all_accounted_for_with_any_errors_and_chunks(rows, size):
    validator, whole = ShipmentValidator(SCHEMA), ShipmentValidator(SCHEMA).validate(pd.DataFrame(rows, dtype=object))
    parts = [
        validator.validate(pd.DataFrame(rows[at : at + size], columns=list(ROW), dtype=object))
        for at in range(0, len(rows), size)
    ]
    counts = whole.counts
    assert counts.read == len(rows) == counts.accepted + counts.quarantined + counts.excluded
    assert sum((part.counts for part in parts[1:]), parts[0].counts) == counts
    assert len(whole.accepted) == counts.accepted
    assert len(whole.quarantined) == counts.quarantined
    assert whole.quarantined["reasons"].str.len().gt(0).all()
    seen = sorted([*whole.accepted["source_row"], *whole.quarantined["source_row"]])
    assert len(set(seen)) == len(seen) == counts.read - counts.excluded


def test_request__may_omit_columns_that_a_prediction_does_not_need():
    schema = parse_schema(YAML.replace("  state:", "  booking: {role: identifier}\n  state:"), "parcels.yaml")
    request = {name: value for name, value in ROW.items() if name not in ("late", "arrived", "state")}
    assert ShipmentValidator(schema, request=True).validate(pd.DataFrame([request], dtype=object)).counts.accepted == 1
    full = {**ROW, "booking": ""}
    assert (
        ShipmentValidator(schema).validate(pd.DataFrame([full], dtype=object)).broken_rules["booking", "missing"] == 1
    )


def test_table_without_header__is_refused_without_quoting_its_first_row():
    headerless = pd.DataFrame([ROW], dtype=object).rename(columns=dict(zip(ROW, ROW.values(), strict=True)))
    with pytest.raises(SourceError, match="10 other names, or no header line at all") as refused:
        ShipmentValidator(SCHEMA).validate(headerless)
    assert "Canary" not in str(refused.value)


def test_every_broken_rule__is_kept_once_with_its_first_row():
    result = validate({}, {"weight": "99"}, {"weight": "77"}, {"mode": "rail"})
    assert {str(rule): (violation.row, str(violation)) for rule, violation in result.first.items()} == {
        "weight: out of range": (2, "weight: 99 is out of range; allowed is 0 to 50 kg"),
        "mode: not an allowed category": (4, "mode: 'rail' is not one of air, sea"),
    }
