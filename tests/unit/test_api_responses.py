"""The JSON of predictions agrees with the models that document it."""

from datetime import UTC, datetime
from types import SimpleNamespace

import orjson
import pytest

from delay_core import load_schema
from delay_core.ports.model_catalog import ModelVersion
from delay_core.predictor import Predictor
from delay_core.schema import example_shipment
from delay_core.serving import PredictionRequest, ServingModel, predict_batch
from entrypoints.api.payloads import SHIPMENT_FIELDS, serialize_response
from entrypoints.api.schemas import Answer, Answers
from entrypoints.api.schemas.predictions import ShipmentFields
from fakes.explainer import ModelExplainer
from fakes.model_runtime import ModelRuntime
from support.alias_deployment import bundle

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def model():
    served = bundle()
    predictor = Predictor(served, ModelRuntime(), ModelExplainer())
    return ServingModel(ModelVersion("late", 1, served.digest, "run"), predictor)


def response(model, *, is_list, explained):
    shipments = [example_shipment(model.predictor.bundle.schema)] * 2
    request = PredictionRequest(shipments if is_list else shipments[:1], "r-1", explained=explained, is_list=is_list)
    [prediction] = predict_batch(model, [request], NOW)
    return orjson.loads(serialize_response(model, request, prediction, NOW))


def test_written_fields__are_those_of_the_model():
    assert list(SHIPMENT_FIELDS) == list(ShipmentFields.model_fields)


@pytest.mark.parametrize("explained", [False, True])
@pytest.mark.parametrize(("is_list", "documented"), [(False, Answer), (True, Answers)])
def test_response__is_valid_by_its_model(model, is_list, documented, explained):
    content = response(model, is_list=is_list, explained=explained)
    parsed = documented.model_validate(content)
    assert ("reasons" in parsed.model_fields_set) == explained
    assert {name for name, field in documented.model_fields.items() if field.is_required()} <= set(content)


def test_text_fields__are_those_of_identifiers_and_categories_by_name_and_alias():
    predictor = SimpleNamespace(bundle=SimpleNamespace(schema=load_schema("smart_logistics")))
    fields = ServingModel(ModelVersion("late", 1, "0" * 64, "run"), predictor).text_fields
    assert fields == {"Asset_ID", "Asset ID", "Traffic_Status", "Traffic Status"}
