"""The id of a shipment: the same text from every kind of file and from requests, with all digits of its key."""

import asyncio
import json

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from delay_core import parse_schema
from delay_core.errors import ShipmentValidationError
from delay_core.request_parsing import RequestParser
from delay_core.validation import ShipmentValidator
from delay_core.violations import ViolationCode
from entrypoints.api.json_body import parse_json, with_exact_digits

LONG = "9400110898825022579493"
ROUNDED = 9400110898825022579493.0


def schema_with_key(role):
    return parse_schema(
        f"""
name: parcels
version: 1
prediction_point: {{column: sent, stage: order}}
label: {{column: late}}
key: parcel
columns:
  parcel: {{role: {role}}}
  sent: {{role: timestamp}}
  weight: {{role: numeric}}
  late: {{role: label}}
""",
        "parcels.yaml",
    )


def _book(rows):
    book = openpyxl.Workbook()
    for row in (tuple(rows), *zip(*rows.values(), strict=True)):
        book.active.append(row)
    return book


FILES = {
    "t.csv": lambda rows: pd.DataFrame(rows).to_csv(index=False).encode(),
    "t.xlsx": _book,
    "t.parquet": pa.table,
}


def ids_of_requests(schema, keys):
    """The ids of a request with these keys as JSON writes them."""
    records = ", ".join(f'{{"parcel": {key}, "sent": "2024-01-02", "weight": 1}}' for key in keys)
    body = f'{{"data": [{records}]}}'.encode()
    texts = frozenset(name for name, column in schema.columns.items() if column.role == "identifier")
    data = with_exact_digits(asyncio.run(parse_json(body))["data"], texts, body)
    return RequestParser(schema).parse(data).ids


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("role", "keys", "ids"),
    [
        ("identifier", [LONG, "007", "1066"], [LONG, "007", "1066"]),
        ("identifier", [1066.0, 7.0, 0.5], ["1066", "7", "0.5"]),
        ("numeric", [1066.0, 7.0, 0.5], ["1066", "7", "0.5"]),
        ("numeric", [1066, 7, -3], ["1066", "7", "-3"]),
    ],
)
def test_id__is_the_same_text_from_files_and_requests(read, name, role, keys, ids):
    schema = schema_with_key(role)
    rows = {"parcel": keys, "sent": ["2024-01-02"] * 3, "weight": [1] * 3, "late": [0, 1, 0]}
    accepted = ShipmentValidator(schema).validate(read(FILES[name](rows), schema, name)).accepted
    assert accepted["shipment_id"].tolist() == ids
    assert ids_of_requests(schema, map(json.dumps, keys)) == ids


def test_id__that_is_a_number_in_json_has_all_its_digits():
    assert ids_of_requests(schema_with_key("identifier"), [LONG]) == [LONG]


@pytest.mark.parametrize(
    ("name", "role"),
    [("t.xlsx", "identifier"), ("t.parquet", "identifier"), ("t.csv", "numeric"), ("t.xlsx", "numeric")],
)
def test_key__whose_digits_a_file_or_a_number_does_not_hold_is_quarantined(read, name, role):
    schema = schema_with_key(role)
    rows = {"parcel": [ROUNDED, 2.0**53 - 1], "sent": ["2024-01-02"] * 2, "weight": [1] * 2, "late": [0, 1]}
    result = ShipmentValidator(schema).validate(read(FILES[name](rows), schema, name))
    assert result.accepted["shipment_id"].tolist() == ["9007199254740991"]
    assert result.quarantined["codes"].tolist() == [ViolationCode.INEXACT_NUMBER]
    assert "9.400110898825023e+21 is a number of more than 15 digits" in result.quarantined["reasons"][0]


@pytest.mark.parametrize("role", ["identifier", "numeric"])
def test_key__whose_digits_a_caller_does_not_have_is_refused(role):
    parser = RequestParser(schema_with_key(role))
    with pytest.raises(ShipmentValidationError) as error:
        parser.parse([{"parcel": ROUNDED, "sent": "2024-01-02", "weight": 1}])
    assert [violation.code for violation in error.value.violations] == [ViolationCode.INEXACT_NUMBER]
