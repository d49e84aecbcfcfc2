"""The worked example of an API field in docs/extending.md."""

import json

import pytest

from support.worked_example import ROOT, apply_example, run_example

PROGRAM = """
import json
from datetime import UTC, datetime
from fastapi import FastAPI
from delay_core.ports.model_catalog import ModelVersion
from delay_core.predictor import Predictor
from delay_core.schema import example_shipment
from delay_core.serving import PredictionRequest, ServingModel, predict_batch
from entrypoints.api.openapi import describe_api
from entrypoints.api.payloads import serialize_response
from entrypoints.api.routes import ROUTERS
from entrypoints.api.schemas import Answer, Answers
from fakes.explainer import ModelExplainer
from fakes.model_runtime import ModelRuntime
from support.alias_deployment import bundle

now, served = datetime(2026, 1, 1, tzinfo=UTC), bundle()
schema = served.schema
model = ServingModel(ModelVersion("late", 1, served.digest, "run"), Predictor(served, ModelRuntime(), ModelExplainer()))
app = FastAPI()
for router in ROUTERS:
    app.include_router(router)
responses = []
for is_list, documented in ((False, Answer), (True, Answers)):
    request = PredictionRequest([example_shipment(schema)] * (2 if is_list else 1), "r-1", is_list=is_list)
    content = json.loads(serialize_response(model, request, predict_batch(model, [request], now)[0], now))
    documented.model_validate(content)
    responses.append(content)
schemas = describe_api(app, schema, title="t", version="1", with_keys=False)["components"]["schemas"]
print(json.dumps({"responses": responses, "schemas": [schemas[name]["properties"] for name in ("Answer", "Answers")]}))
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    files = apply_example("An API field", folder)
    path = f"{folder / 'src'}:{ROOT / 'tests'}:{ROOT}"
    return {**json.loads(run_example(folder, PROGRAM, PYTHONPATH=path)), "files": files}


def test_api_field__needs_three_files(result):
    assert result["files"] == {
        "src/delay_core/serving/batch_prediction.py",
        "src/entrypoints/api/schemas/predictions.py",
        "src/entrypoints/api/payloads.py",
    }


def test_api_field__is_in_responses_to_one_shipment_and_to_a_list(result):
    one, many = result["responses"]
    assert one["margin"] == pytest.approx(one["probability"] - one["act_above"])
    assert many["margin"] == [one["margin"]] * 2


def test_api_field__is_in_the_openapi_document(result):
    one, many = (properties["margin"] for properties in result["schemas"])
    assert one == {"type": "number", "minimum": -1, "maximum": 1, "description": "Probability minus `act_above`."}
    assert many == {"type": "array", "items": one}
