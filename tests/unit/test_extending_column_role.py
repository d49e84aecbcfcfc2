"""The column role of docs/extending.md: from the schema to validation, features and requests."""

import numpy as np
import pandas as pd
import pytest
from jsonschema import Draft202012Validator

from delay_core import FeatureEncoder, parse_schema
from delay_core.errors import SchemaError, ShipmentValidationError
from delay_core.features import to_arrays
from delay_core.request_parsing.request_parser import RequestParser
from delay_core.schema import breaking_changes, example_shipment, lenient_json_schema, request_json_schema
from delay_core.schema.roles import ROLES, ColumnRole
from delay_core.validation import ShipmentValidator
from support.extending_page import run_code_of
from support.parcels import parcels_yaml

PARCELS = parcels_yaml(fragile="{role: boolean, nullable: true}", insured="{role: boolean, available_at: delivered}")
SENT = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"]


@pytest.fixture
def boolean_schema(monkeypatch):
    monkeypatch.setitem(ROLES, "boolean", run_code_of("A column role")["BooleanRole"])
    return parse_schema(PARCELS, "parcels.yaml")


def test_a_column_role__is_validated_encoded_and_in_the_json_schema_of_requests(boolean_schema):
    raw = pd.DataFrame(
        {"sent": SENT, "fragile": ["yes", "False", "", "maybe"], "insured": ["no"] * 4, "late": ["0", "1", "0", "1"]},
        dtype=object,
    )

    result = ShipmentValidator(boolean_schema).validate(raw)
    columns = to_arrays(result.accepted, result.accepted.columns)
    encoder = FeatureEncoder.fit(boolean_schema, columns)

    assert result.accepted["fragile"].tolist() == pytest.approx([1, 0, np.nan], nan_ok=True)
    assert [str(violation) for violation in result.violations] == ["fragile: must be true or false, not 'maybe'"]
    assert boolean_schema.post_hoc_columns == {"insured": "known at delivered, after the prediction point (dispatch)"}
    assert encoder.names == ("fragile", "fragile is missing")
    assert encoder.encode(columns).tolist() == [[1, 0], [0, 0], [0.5, 1]]
    assert FeatureEncoder.from_json(encoder.to_json()) == encoder
    document = request_json_schema(boolean_schema)
    assert document["properties"]["fragile"] == {"type": ["boolean", "null"], "description": "Use: feature."}
    assert example_shipment(boolean_schema)["fragile"] is True
    Draft202012Validator(document).validate(example_shipment(boolean_schema))
    Draft202012Validator(lenient_json_schema(boolean_schema)).validate({"sent": "2024-01-01", "fragile": "yes"})


def test_a_column_role__parses_requests_to_the_values_of_validation(boolean_schema):
    records = [{"sent": sent, "fragile": value} for sent, value in zip(SENT, [True, 0, None, "yes"], strict=True)]

    shipments = RequestParser(boolean_schema).parse(records)

    assert shipments.columns["fragile"].tolist() == pytest.approx([1, 0, np.nan, 1], nan_ok=True)
    with pytest.raises(ShipmentValidationError, match="fragile: must be true or false, not 'maybe'"):
        RequestParser(boolean_schema).parse([{"sent": SENT[0], "fragile": "maybe"}])


def test_a_column_role__allows_its_own_keys_and_compares_with_other_roles(boolean_schema):
    categorical = parse_schema(PARCELS.replace("{role: boolean, nullable", "{role: categorical, nullable"), "old.yaml")

    assert breaking_changes(boolean_schema, boolean_schema) == []
    assert breaking_changes(categorical, boolean_schema) == [
        "fragile: is a boolean column now, and was a categorical column"
    ]
    with pytest.raises(SchemaError, match="unit: only for numeric columns, not for a boolean one"):
        parse_schema(PARCELS.replace("{role: boolean, nullable", "{role: boolean, unit: kg, nullable"), "new.yaml")


def test_a_column_role__that_is_unknown_or_incomplete_is_an_error(boolean_schema):
    class Incomplete(ColumnRole):
        name = "incomplete"

    with pytest.raises(SchemaError, match=r"columns.fragile.role: must be .*'ignored' or 'boolean'; did you mean"):
        parse_schema(PARCELS.replace("{role: boolean, nullable", "{role: bolean, nullable"), "new.yaml")
    with pytest.raises(TypeError, match="abstract"):
        Incomplete(boolean_schema, "fragile")
