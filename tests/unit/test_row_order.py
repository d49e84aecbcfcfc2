"""Tables without times, in the order of a whole number: splits, features, requests, and what is refused."""

import re
from datetime import UTC, datetime
from importlib import resources

import numpy as np
import pandas as pd
import pytest

from delay_core import FeatureEncoder, Predictor, parse_schema
from delay_core.features import to_arrays
from delay_core.ports.model_catalog import ModelVersion
from delay_core.reports import Window
from delay_core.request_parsing import RequestParser
from delay_core.schema import request_json_schema
from delay_core.schema.fields import column_uses
from delay_core.serving import PredictionRequest, ServingModel, predict_batch
from delay_core.splits import SplitPolicy
from delay_core.use_cases.check_schema import CheckSchema
from delay_core.validation import ShipmentValidator, order_number, row_times
from fakes import progress, shipment_source
from fakes.explainer import ModelExplainer
from fakes.leakage_probe import LeakageProbe
from fakes.model_runtime import ModelRuntime
from support.fake_product import FakeProduct
from support.shipment_tables import raw_shipments

SMART_LOGISTICS = (resources.files("delay_core") / "schemas" / "smart_logistics.yaml").read_text("utf-8")
CHANGES = {
    r"column: Timestamp, stage": "order_by: Number, stage",
    r", known_after: P3D": "",
    r"calendar:\n.*\n": "",
    r"  Timestamp: .*\n": "  Number: {role: numeric, strip: [No.]}\n",
}
TEXT = SMART_LOGISTICS
for pattern, replacement in CHANGES.items():
    TEXT = re.sub(pattern, replacement, TEXT)
SCHEMA = parse_schema(TEXT, "ordered.yaml")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def ordered_shipments(rows=600):
    """The rows of a table without times, in no order; the number says which came first."""
    table = raw_shipments(1, rows).drop(columns="Timestamp")
    numbers = [f"No. {5000 + row}" for row in range(rows)]
    return table.assign(Number=numbers).sample(frac=1, random_state=1).reset_index(drop=True)


def check(rows, schema=SCHEMA):
    source = shipment_source.ShipmentSource({"t": rows}, chunk_rows=250)
    return CheckSchema(source=source, progress=progress.Progress(), policy=SplitPolicy(), probe=LeakageProbe)(
        schema, "t"
    )


@pytest.fixture(scope="module")
def run():
    product = FakeProduct(shipment_source.ShipmentSource({"t": ordered_shipments()}, chunk_rows=250))
    return product, product.pipeline(SCHEMA, "t", "m")


def test_the_splits__follow_the_number(run):
    _, result = run
    windows = result.prepared.windows
    assert [windows[name].bounds for name in ("train", "validation", "test")] == [
        ("5,000", "5,254"), ("5,255", "5,509"), ("5,510", "5,599"),
    ]  # fmt: skip
    assert result.prepared.purged == 0
    assert "Number" not in result.prepared.made_from
    assert not any("late rate" in name for name in result.prepared.features)
    stored = Window.model_validate_json(windows["test"].model_dump_json())
    assert stored == windows["test"]


def test_a_request__needs_no_time_and_is_predicted_now(run):
    product, result = run
    served = product.catalog.load("m", result.version.version)
    model = ServingModel(ModelVersion("m", 1, "0" * 64, "run"), Predictor(served, ModelRuntime(), ModelExplainer()))
    shipment = raw_shipments(2, 1).drop(columns=["Timestamp", "Logistics_Delay"]).iloc[0].to_dict()
    requests = [PredictionRequest([shipment], "r-1"), PredictionRequest([{**shipment, "Number": 7}], "r-2")]
    for response in predict_batch(model, requests, NOW):
        assert response.logged[0].point == NOW
    card = served.files["model_card.md"].decode()
    assert "At dispatch (rows in the order of Number), the model predicts" in card
    assert "The table has no times: every outcome counts as known when the next shipment is predicted" in card
    assert "90 shipments from 5,510 to 5,599" in card


def test_check__splits_by_the_number_and_says_what_an_order_cannot():
    result = check(ordered_shipments(200))
    assert result.refusal is None
    assert sum(result.parts.values()) == 200
    assert result.advice[0].startswith("prediction_point.order_by is an order without times: every outcome counts")
    assert not any("known_after" in advice for advice in result.advice)
    assert {column.name: column.use for column in result.columns}["Number"] == "order of the rows"


@pytest.mark.parametrize(
    ("number", "code"),
    [("1.5", "not_whole_number"), ("1e15", "not_whole_number"), ("-1e300", "not_whole_number"), ("", "missing"),
     ("first", "not_a_number"), (None, "missing")],
)  # fmt: skip
def test_a_row_without_a_whole_number__is_quarantined(number, code):
    table = ordered_shipments(2)
    table.loc[0, "Number"] = number
    result = ShipmentValidator(SCHEMA).validate(table)
    assert result.quarantined["codes"].tolist() == [code]
    assert result.counts.accepted == 1


IDENTIFIER = parse_schema(
    TEXT.replace("Number: {role: numeric, strip: [No.]}", "Number: {role: identifier}").replace(
        "columns:\n", "key: Number\ncolumns:\n", 1
    ),
    "ordered.yaml",
)


@pytest.mark.parametrize("number", ["1.5", "No. 5", "-3", "1" * 16, " 5", "1e3", "\u0661"])
def test_an_identifier_that_is_no_whole_number__is_quarantined(number):
    table = ordered_shipments(2).assign(Number=["7", number])
    result = ShipmentValidator(IDENTIFIER).validate(table)
    assert result.quarantined["codes"].tolist() == ["not_whole_number"]
    assert result.accepted["shipment_id"].tolist() == ["7"]


def test_an_identifier__orders_rows_by_its_number():
    table = ordered_shipments(200)
    numbers = table.assign(Number=table["Number"].str.replace("No. 50", "", regex=False).str.removeprefix("No. 5"))
    assert check(numbers, IDENTIFIER).refusal is None
    texts = np.array(["10", "9", None, "010"], dtype=object)
    assert np.argsort(row_times(IDENTIFIER, {"Number": texts})[:2]).tolist() == [1, 0]
    assert row_times(IDENTIFIER, {"Number": texts})[0] == row_times(IDENTIFIER, {"Number": texts})[3]
    assert "Number" in request_json_schema(IDENTIFIER)["required"]


def test_a_table_without_its_order__is_refused_and_a_table_to_predict_is_not():
    table = ordered_shipments(3).drop(columns="Number")
    with pytest.raises(Exception, match="missing columns: Number"):
        ShipmentValidator(SCHEMA).validate(table)
    assert ShipmentValidator(SCHEMA, request=True).validate(table).counts.accepted == 3


def test_numbers__stand_for_times_and_back():
    numbers = np.array([-3.0, 0.0, 10.0**15 - 1, np.nan])
    times = row_times(SCHEMA, {"Number": numbers})
    assert [order_number(time) for time in times[:3]] == numbers[:3].tolist()
    assert np.isnat(times[3])


def test_the_number__is_no_field_that_a_request_needs():
    assert "Number" not in request_json_schema(SCHEMA)["required"]
    assert column_uses(SCHEMA)["Number"] == "order of the rows"
    assert "Number" not in SCHEMA.features
    shipment = raw_shipments(1, 1).drop(columns="Timestamp").iloc[0].to_dict()
    ids = [RequestParser(SCHEMA).parse([{**shipment, **extra}]).ids for extra in ({}, {"Number": 5})]
    assert ids[0] == ids[1]


def test_many_categories__have_bounded_indicators_without_a_late_rate():
    schema = parse_schema(TEXT.replace("Asset_ID: {role: identifier", "Asset_ID: {role: categorical"), "ordered.yaml")
    table = ordered_shipments(600).assign(Asset_ID=[f"T{row % 100}" for row in range(600)])
    accepted = ShipmentValidator(schema).validate(table).accepted
    encoder = FeatureEncoder.fit(schema, to_arrays(accepted, accepted.columns))
    assert sum(name.startswith("Asset_ID = T") for name in encoder.names) == 61  # with 3 of Traffic_Status: 64
    assert not any("late rate" in name for name in encoder.names)
    assert pd.notna(encoder.encode_table(accepted)).all()
