"""Requests are parsed fast, and to the same bits as a table's rows; the validator handles all other values."""

import json
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core.errors import ShipmentValidationError, SourceError
from delay_core.features import to_arrays
from delay_core.request_parsing import RequestParser
from delay_core.schema import ShipmentSchema
from delay_core.schemas import load_schema
from delay_core.validation import SHIPMENT_ID, ShipmentValidator
from delay_core.validation.identity import id_columns

LOGISTICS, SCMS = load_schema("smart_logistics"), load_schema("scms")
NUMBERS = [name for name in LOGISTICS.features if LOGISTICS.columns[name].role == "numeric"]
RECORD = {"Timestamp": "2024-03-20 00:11:14", "Traffic_Status": "Heavy", **dict.fromkeys(NUMBERS, 40)}
TINY = ShipmentSchema.model_validate(
    {
        "name": "tiny",
        "version": 1,
        "source": {
            "date_formats": ["%d.%m.%Y", "ISO8601"],
            "timezone": "Europe/Berlin",
            "decimal": ",",
            "thousands": ".",
        },
        "prediction_point": {"column": "ordered", "stage": "order"},
        "label": {"column": "late", "known_after": "P1D"},
        "key": "id",
        "exclude_where": [{"column": "state", "equals": ["cancelled"]}],
        "columns": {
            "id": {"role": "identifier"},
            "ordered": {"role": "timestamp", "earliest": "2020-01-01", "latest": "2030-01-01"},
            "weight": {
                "role": "numeric",
                "unit": "kg",
                "minimum": 0,
                "strip": ["kg"],
                "sentinels": {"unknown": "-1"},
                "nullable": True,
            },
            "carrier": {"role": "categorical", "categories": ["sea", "air"], "unseen": "refuse", "nullable": True},
            "state": {"role": "ignored"},
            "late": {"role": "label", "nullable": True, "available_at": "delivered"},
        },
    }
)

odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        ["", "NA", "nan", "inf", "-0.0", "1e3", "1_0", "٣", " 7 ", "1.234,5", "3 kg", "-1", "\ud800", "x" * 300]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=1),
)
times = st.one_of(
    st.datetimes().map(str),
    st.datetimes().map(lambda at: at.replace(year=2019 + at.year % 13, day=1).isoformat(timespec="minutes")),
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-3, minutes=-30))])).map(datetime.isoformat),
    st.sampled_from(["2024-03-20T10:00:00Z", "2024-03-31 02:30", "2024-10-27 02:30", "05/13/2024 08:30", "13.05.2024"]),
    odd,
)
numbers = st.one_of(st.floats(0, 100), st.integers(0, 100), st.floats(0, 100).map(str), odd)
FIELDS = {
    "Timestamp": times,
    "Traffic_Status": st.one_of(st.sampled_from(["Heavy", "Clear", "Flood"]), odd),
    "Asset_ID": st.one_of(st.text(max_size=5), odd),
    "Shipment_Status": st.one_of(st.sampled_from(["Delayed", 1]), odd),
    **dict.fromkeys(NUMBERS, numbers),
}
TINY_RECORD = {"id": "a", "ordered": "13.05.2024", "weight": "1.234,5 kg", "carrier": "sea"}
TINY_FIELDS = {
    "id": st.one_of(st.sampled_from("abc"), odd),
    "ordered": times,
    "weight": numbers,
    "carrier": st.one_of(st.sampled_from(["sea", "air", "road"]), odd),
    "state": st.sampled_from(["cancelled", "sent", None]),
}


def changed(record, fields):
    """The record with a few fields changed."""
    changes = st.lists(
        st.sampled_from(sorted(fields)).flatmap(lambda name: st.tuples(st.just(name), fields[name])), max_size=3
    )
    return changes.map(lambda pairs: record | dict(pairs))


logistics, tiny = changed(RECORD, FIELDS), changed(TINY_RECORD, TINY_FIELDS)


def by_validator(schema, records):
    """The accepted table of a request, or None where it is refused."""
    try:
        result = ShipmentValidator(schema, request=True).validate(pd.DataFrame(records, dtype=object))
    except SourceError:
        return None
    return result.accepted if len(result.accepted) == len(records) else None


def same(schema, shipments, accepted):
    assert shipments.ids == accepted[SHIPMENT_ID].tolist()
    for name, values in to_arrays(accepted, shipments.columns).items():
        read = shipments.columns[name]
        assert (read.dtype.kind, len(read)) == (values.dtype.kind, len(values))
        if values.dtype == object:
            assert read.tolist() == values.tolist()
        else:  # to the last bit; every NaN counts as one
            bits = [
                np.where(pd.isna(side), np.array("NaT" if side.dtype.kind == "M" else "nan", side.dtype), side)
                for side in (read, values)
            ]
            assert bits[0].astype(values.dtype).tobytes() == bits[1].tobytes()
    assert set(schema.input_columns) <= set(shipments.columns) >= set(id_columns(schema))


def agree(schema, records):
    accepted = by_validator(schema, records)
    try:
        shipments = RequestParser(schema).parse(records)
    except ShipmentValidationError:
        structured = any(isinstance(value, dict | list) for record in records for value in record.values())
        assert accepted is None or structured
        return
    assert accepted is not None
    same(schema, shipments, accepted)


@given(st.lists(logistics, min_size=1, max_size=3))
def test_a_request__is_parsed_as_by_the_validator(records):
    agree(LOGISTICS, records)


@given(st.lists(tiny, min_size=1, max_size=3))
def test_keys_sentinels_commas_and_zones__are_parsed_as_by_the_validator(records):
    agree(TINY, records)


@given(st.lists(st.lists(logistics, max_size=2), min_size=1, max_size=5))
def test_requests_together__are_parsed_as_each_alone(requests):
    parser = RequestParser(LOGISTICS)
    batch = parser.parse_batch(requests)
    for request, result in zip(requests, batch.results, strict=True):
        alone = parser.parse_batch([request])
        if isinstance(result, ShipmentValidationError):
            assert result.violations == alone.results[0].violations
        else:
            assert batch.shipments.ids[result] == alone.shipments.ids
            assert batch.shipments.notes[result] == alone.shipments.notes
            for name, values in alone.shipments.columns.items():
                assert batch.shipments.columns[name][result].tobytes() == values.tobytes() or values.dtype == object


def test_a_bad_request_among_good_ones__is_refused_alone():
    good, bad = [RECORD], [{**RECORD, "Humidity": 140}]
    batch = RequestParser(LOGISTICS).parse_batch([good, bad, [], [RECORD, RECORD]])
    assert [isinstance(result, ShipmentValidationError) for result in batch.results] == [False, True, True, False]
    assert len(batch.shipments) == 3
    assert str(batch.results[1]) == "shipment 1: Humidity: 140 is out of range; allowed is 0 to 100 %"
    assert str(batch.results[2]) == "no shipment given; at least one is needed"


def test_equal_shipments__have_ids_of_their_own_in_one_request_and_the_same_id_alone():
    parser = RequestParser(LOGISTICS)
    first, second = parser.parse([RECORD, RECORD]).ids
    assert (first[-2:], second[-2:]) == ("-1", "-2")
    assert parser.parse([RECORD]).ids == [first]


def test_each_record__may_use_its_own_names_for_columns():
    renamed = {("Waiting Time" if key == "Waiting_Time" else key): value for key, value in RECORD.items()}
    read = RequestParser(LOGISTICS).parse([RECORD, renamed, {**renamed, "Humidity": "41.5"}])
    assert read.columns["Waiting_Time"].tolist() == [40.0, 40.0, 40.0]
    assert read.columns["Humidity"].tolist() == [40.0, 40.0, 41.5]


def test_a_column_that_is_sent_twice__is_refused():
    with pytest.raises(ShipmentValidationError, match="Waiting_Time: given twice, under its name or an alias"):
        RequestParser(LOGISTICS).parse([{**RECORD, "Waiting Time": 3}])


def test_an_ignored_column__may_not_be_nested():
    with pytest.raises(ShipmentValidationError, match="Shipment_Status: a field that is ignored may hold text"):
        RequestParser(LOGISTICS).parse([{**RECORD, "Shipment_Status": {"deep": []}}])


def test_every_row_of_the_real_tables__is_parsed_as_by_the_validator(smart_logistics, scms):
    for schema, path in ((LOGISTICS, smart_logistics), (SCMS, scms)):
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding=schema.source.encoding)
        records = json.loads(table.to_json(orient="records"))
        accepted = ShipmentValidator(schema, request=True).validate(table.astype(object)).accepted
        rows = accepted["source_row"].to_numpy() - 1
        parser = RequestParser(schema)
        for start in range(0, len(rows), 500):
            chosen = rows[start : start + 500]
            batch = parser.parse_batch([[records[row]] for row in chosen])
            assert not any(isinstance(result, ShipmentValidationError) for result in batch.results)
            part = accepted.iloc[start : start + 500].reset_index(drop=True)
            for name, values in to_arrays(part, batch.shipments.columns).items():
                read = batch.shipments.columns[name]
                assert (
                    read.tolist() == values.tolist() if values.dtype == object else read.tobytes() == values.tobytes()
                )


@given(st.lists(st.lists(logistics, max_size=2), min_size=1, max_size=5))
def test_fast_only__leaves_requests_and_changes_none(requests):
    parser = RequestParser(LOGISTICS)
    fast, whole = parser.parse_batch(requests, fast_only=True), parser.parse_batch(requests)
    for fast_result, result in zip(fast.results, whole.results, strict=True):
        if isinstance(fast_result, slice):
            assert fast.shipments.ids[fast_result] == whole.shipments.ids[result]
        else:
            assert fast_result is None or fast_result.violations == result.violations


def test_fast_only__leaves_what_needs_the_validator():
    requests = [[RECORD], [{**RECORD, "Humidity": 140}], [{**RECORD, "Timestamp": "05/13/2024 08:30"}], []]
    results = RequestParser(LOGISTICS).parse_batch(requests, fast_only=True).results
    assert [result is None for result in results] == [False, True, False, True]


def test_a_label_that_groups_rows__is_parsed_to_the_values_of_validation():
    columns = {**TINY.content["columns"], "delayed": {"role": "label", "nullable": True, "available_at": "delivered"}}
    del columns["late"]
    content = {**TINY.content, "columns": columns, "label": {"column": "delayed"}, "group": ["delayed"]}
    schema, record = ShipmentSchema.model_validate(content), {"id": "a", "ordered": "2024-03-01", "delayed": 1}
    accepted = ShipmentValidator(schema, request=True).validate(pd.DataFrame([record], dtype=object)).accepted
    assert RequestParser(schema).parse([record]).columns["delayed"].tolist() == accepted["delayed"].tolist() == [1.0]
