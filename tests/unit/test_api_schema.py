"""GET /schema: what forms and readers of files need, and no personal data."""

import asyncio
from types import SimpleNamespace

import numpy as np
import pytest

from delay_core import load_schema, parse_schema
from delay_core.reference_sample import ReferenceSample
from entrypoints.api.routes.shipment_schema import shipment_schema
from entrypoints.settings import ApiSettings
from support.bundles import tiny_bundle

PARCELS = """\
name: parcels
version: 1
description: Parcels of a shop.
source:
  {delimiter: ";", decimal: ",", date_formats: ["%d.%m.%Y", epoch_ms], timezone: Europe/Paris, null_tokens: ["", none]}
prediction_point: {column: sent, stage: order}
label: {actual: arrived, promised: sent, tolerance: P1D}
key: parcel
costs: {missed_delay: 9, needless_action: 1, currency: EUR}
calendar: [{column: ready, parts: [hour]}]
split_dates: {ready: {date: ready day, hour: ready hour}}
derived: {distance: {haversine: [depot, to latitude, to longitude]}}
columns:
  parcel: {role: identifier}
  sent: {role: timestamp, earliest: 2020-01-01, aliases: [Sent on]}
  weight: {role: numeric, unit: kg, minimum: 0, maximum: 30, actionable: true, description: With its box.}
  class: {role: categorical, categories: [fast, slow], unseen: refuse, nullable: true}
  depot: {role: coordinates, axis_order: lon_lat}
  to latitude: {role: numeric}
  to longitude: {role: numeric}
  driver: {role: ignored, pii: true, aliases: [courier]}
  ready: {role: timestamp}
  ready day: {role: ignored}
  ready hour: {role: ignored, actionable: true}
  arrived: {role: timestamp, nullable: true, available_at: delivered}
"""
POSITIONS = {
    "smart_logistics": {"latitude": "Latitude", "longitude": "Longitude", "axis_order": None},
    "scms": None,
}


def described(schema, serving=None):
    parts = ("schema", "label_sets", "reference")
    bundle = None if serving is None else SimpleNamespace(**{name: getattr(serving, name) for name in parts})
    model = None if bundle is None else SimpleNamespace(predictor=SimpleNamespace(bundle=bundle))
    context = SimpleNamespace(
        watcher=SimpleNamespace(model=model),
        schema=schema if bundle is None else bundle.schema,
        default_schema=schema,
        settings=ApiSettings(batch_limit=77),
    )
    return asyncio.run(shipment_schema(context)).model_dump(mode="json")


@pytest.fixture(scope="module")
def parcels():
    return described(parse_schema(PARCELS, "parcels.yaml"))


@pytest.fixture(scope="module")
def fields(parcels):
    return {field["name"]: field for field in parcels["fields"]}


def test_personal_data__is_not_described(parcels, fields):
    assert "driver" not in fields
    assert "courier" not in str(parcels)


def test_schema__says_what_late_means_and_what_mistakes_cost(parcels):
    assert parcels["late_means"] == "arrived is later than sent by more than 1 day"
    assert parcels["costs"] == {"missed_delay": 9, "needless_action": 1, "currency": "EUR"}
    assert (parcels["prediction_point"], parcels["key"], parcels["max_shipments"]) == ("sent", ["parcel"], 77)


def test_source__says_how_to_read_a_file(parcels):
    assert parcels["source"] == {
        "delimiter": ";",
        "encoding": "utf-8",
        "quote": '"',
        "sheet": None,
        "header_row": None,
        "date_formats": ["%d.%m.%Y", "epoch_ms"],
        "timezone": "Europe/Paris",
        "decimal": ",",
        "thousands": None,
        "null_tokens": ["", "none"],
    }


def test_field__has_limits_words_and_example(fields):
    weight = fields["weight"]
    assert weight["description"] == "With its box."
    assert (weight["unit"], weight["minimum"], weight["maximum"], weight["example"]) == ("kg", 0, 30, 15)
    assert (weight["required"], weight["status"], weight["allowed"]) == (True, "used", "0 to 30 kg")


def test_categories__say_whether_others_are_accepted(fields):
    assert (fields["class"]["categories"], fields["class"]["other_categories"]) == (["fast", "slow"], False)
    assert fields["class"]["required"] is False


def test_times__have_the_format_in_which_a_request_writes_them(fields):
    assert fields["sent"]["earliest"] == "2019-12-31T23:00:00+00:00"
    formats = {name: fields[name]["date_format"] for name in ("sent", "ready day", "ready hour", "weight")}
    assert formats == {"sent": "%d.%m.%Y", "ready day": "%d.%m.%Y", "ready hour": None, "weight": None}


def test_actionable_fields__are_those_that_the_schema_marks(fields):
    assert {name for name, field in fields.items() if field["actionable"]} == {"weight", "ready hour"}


def test_position__is_the_second_point_of_a_distance(parcels):
    assert parcels["coordinates"] == {"latitude": "to latitude", "longitude": "to longitude", "axis_order": None}


def test_position__may_be_in_one_text():
    text = PARCELS.replace("[depot, to latitude, to longitude]", "[to latitude, to longitude, depot]")
    coordinates = described(parse_schema(text, "parcels.yaml"))["coordinates"]
    assert coordinates == {"latitude": "depot", "longitude": "depot", "axis_order": "lon_lat"}


@pytest.mark.parametrize("name", POSITIONS)
def test_position_without_a_distance__is_the_only_one_in_degrees(name):
    assert described(load_schema(name))["coordinates"] == POSITIONS[name]


def test_serving_model__has_its_coverage_and_the_marks_of_the_configured_schema():
    serving = described(load_schema("smart_logistics"), tiny_bundle("salt"))
    assert serving["coverage"] == 0.9
    assert [field["name"] for field in serving["fields"] if field["actionable"]] == [
        "Waiting_Time",
        "Asset_Utilization",
    ]


def test_examples__are_typical_of_the_rows_that_the_model_was_tested_on():
    minutes = {"Waiting_Time": np.array([20.0, 35.0, 50.0])}
    reference = ReferenceSample(minutes, np.full(3, 0.5), np.zeros(3, dtype=np.int8), None, None)

    serving = described(load_schema("smart_logistics"), tiny_bundle("salt", reference))

    examples = {field["name"]: field["example"] for field in serving["fields"]}
    assert examples["Waiting_Time"] == serving["example"]["Waiting_Time"] == 35
    assert examples["Humidity"] == 50  # in the middle of its limits: the rows do not have it
