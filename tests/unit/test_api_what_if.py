"""POST /what-if: the route around the predictions of changed shipments."""

import asyncio
import threading
from types import SimpleNamespace
from uuid import uuid4

import pytest

from delay_core import load_schema
from delay_core.errors import ShipmentValidationError
from delay_core.ports.model_catalog import ModelVersion
from delay_core.serving import ServingModel
from entrypoints.api.model_body import parse_model
from entrypoints.api.problems import Problem
from entrypoints.api.routes.what_if import what_if
from entrypoints.api.schemas import WhatIfRequest
from entrypoints.api.serving.background_pool import MAX_WAITING, BackgroundPool
from fakes.prediction_log import PredictionLog
from fakes.prediction_reader import PredictionReader
from support.builders import logged_prediction
from support.changed_shipments import SHIPMENT, waiting_time_predictor

MODEL = ServingModel(ModelVersion("late", 3, "b" * 64, "run"), waiting_time_predictor())


@pytest.fixture
def log():
    return PredictionLog()


def response(log, prediction, *, model=MODEL, **changes):
    pool = BackgroundPool(deadline_seconds=10)
    context = SimpleNamespace(
        require_logs=lambda: SimpleNamespace(predictions=PredictionReader(log)),
        watcher=SimpleNamespace(model=model),
        default_schema=load_schema("smart_logistics"),
        planning_pool=pool,
    )
    body = parse_model({"prediction_id": str(prediction.prediction_id), "changes": changes}, WhatIfRequest)
    try:
        return asyncio.run(what_if(context, body)).model_dump(mode="json")
    finally:
        pool.close()


def test_changed_shipment__has_both_states_and_is_not_logged(log):
    logged = logged_prediction(1, request_data=SHIPMENT)
    log.append([logged])
    before = dict(log.predictions)

    answer = response(log, logged, Waiting_Time=5)

    assert (answer["model_name"], answer["model_version"], answer["act_above"]) == ("late", 3, 0.5)
    assert answer["changed"]["probability"] < answer["current"]["probability"]
    for state in (answer["current"], answer["changed"]):
        total = state["base_probability"] + sum(reason["points"] for reason in state["reasons"]) / 100
        assert total == pytest.approx(state["probability"], abs=1e-6)
    assert (log.predictions, log.answers, log.superseded) == (before, {}, {})


def test_unknown_prediction__is_404(log):
    with pytest.raises(Problem) as problem:
        response(log, logged_prediction(1))
    assert problem.value.status == 404


def test_wrong_value__names_the_field(log):
    logged = logged_prediction(1, request_data=SHIPMENT)
    log.append([logged])
    with pytest.raises(ShipmentValidationError) as error:
        response(log, logged, Waiting_Time=-1)
    assert [violation.field for violation in error.value.violations] == ["Waiting_Time"]


def test_shipment_of_an_older_schema__is_409_with_a_sentence(log):
    logged = logged_prediction(1, request_data={**SHIPMENT, "Former": 1}, model_version=2)
    log.append([logged])
    with pytest.raises(Problem, match="the schema of version 3 refuses the shipment that version 2 predicted: Former"):
        response(log, logged, Waiting_Time=5)


def test_without_a_model__is_503(log):
    logged = logged_prediction(1, request_data=SHIPMENT)
    log.append([logged])
    with pytest.raises(Problem) as problem:
        response(log, logged, model=None)
    assert problem.value.status == 503


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"changes": {}}, "prediction_id"),
        ({"prediction_id": 7}, "prediction_id"),
        ({"prediction_id": str(uuid4()), "changes": []}, "changes"),
        ({"prediction_id": str(uuid4()), "explain": True}, "explain"),
    ],
)
def test_wrong_body__is_refused_by_field(body, field):
    with pytest.raises(Problem) as problem:
        parse_model(body, WhatIfRequest)
    assert problem.value.status == 422
    assert problem.value.errors[0].field == field


def test_pool__refuses_requests_beyond_its_limit_and_its_deadline():
    release = threading.Event()

    async def flood():
        pool = BackgroundPool(deadline_seconds=0.05)
        try:
            return await asyncio.gather(
                *(pool.run(release.wait) for _ in range(MAX_WAITING + 1)), return_exceptions=True
            )
        finally:
            release.set()
            pool.close()

    results = asyncio.run(flood())
    assert {result.status for result in results} == {503}
    details = [result.detail for result in results]
    assert details.count("too many requests of this kind are waiting; retry") == 1
    assert details.count("the request took too long; retry") == MAX_WAITING
