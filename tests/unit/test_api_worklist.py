"""GET /worklist: the models of the document, parameters, and reasons that are computed once."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from delay_core import load_schema
from delay_core.errors import StoreError
from delay_core.planning import WorklistModel
from delay_core.ports.action_log import ActionKind
from delay_core.use_cases.read_worklist import ReadWorklist
from entrypoints.api.context import ApiContext
from entrypoints.api.problems import Problem
from entrypoints.api.routes import worklist
from entrypoints.api.routes.worklist import WorklistParameters, read_worklist
from entrypoints.api.serving.reasons import ReasonCache
from entrypoints.api.serving.worklist_updater import WorklistUpdater
from fakes.action_log import ActionLog
from fakes.outcome_log import OutcomeLog
from fakes.prediction_log import PredictionLog
from fakes.prediction_reader import PredictionReader
from fakes.worklist import Worklist
from support.builders import action, logged_prediction
from support.explaining_predictor import ExplainingPredictor, serving_model

NOW = datetime.now(UTC)
SCHEMA = load_schema("smart_logistics")


class Api:
    """The endpoint over fakes."""

    def __init__(self, *predictions):
        log, self.actions = PredictionLog(), ActionLog()
        log.append(predictions)
        reader = PredictionReader(log)
        worklist = Worklist(log, OutcomeLog(reader), self.actions)
        read = ReadWorklist(worklist, reader, self.actions, timedelta(days=30))
        self.logs = SimpleNamespace(read_worklist=read, reasons=ReasonCache(max_predictions=2))
        self.predictor = ExplainingPredictor()
        self.watcher = SimpleNamespace(model=serving_model(self.predictor))
        self.worklist_model = WorklistModel("late", SCHEMA, 1)

    require_logs = ApiContext.require_logs

    def get(self, **query):
        return asyncio.run(read_worklist(self, WorklistParameters(**query))).model_dump(mode="json")


def recent(number, **fields):
    return logged_prediction(number, predicted_at=NOW - timedelta(hours=number), **fields)


def test_response__has_the_shipments_the_plan_and_what_was_done():
    api = Api(recent(1, probability=0.9, late=True), recent(2, probability=0.2))
    api.actions.append([action(1, kind=ActionKind.ACKNOWLEDGED)])
    body = api.get(capacity=5)
    first, second = body["items"]
    assert (body["total"], body["plan"]["capacity"], body["plan"]["shipments"]) == (2, 5, 1)
    assert body["plan"]["by_saving"]["low"] <= body["plan"]["by_saving"]["value"] <= body["plan"]["by_saving"]["high"]
    assert (first["shipment_id"], first["state"]) == ("S-1", "acknowledged")
    assert first["last_action"]["kind"] == "acknowledged"
    assert (first["prediction"], first["shipment"], first["reasons"]) == (1, recent(1).request_data, [])
    assert (second["prediction"], second["state"], second["last_action"]) == (0, "open", None)
    assert second["due_at"] == second["point"]


def test_explain__computes_the_reasons_of_a_prediction_once():
    api = Api(*(recent(k, probability=0.5 + k / 10) for k in range(1, 3)), recent(4, bundle_digest="c" * 64))
    items = api.get(explain=True)["items"]
    text = {"feature": "Traffic_Status", "points": 18.0, "text": "Traffic_Status Heavy: +18 points"}
    assert [item["reasons"] for item in items] == [[text], [text], []]  # the last one: of another version
    assert api.get(explain=True)["items"] == items
    assert api.predictor.explained == 2


def test_shipment_that_the_schema_refuses_by_now__has_no_reasons():
    api = Api(recent(1, request_data={}, probability=0.9), recent(2))
    assert [len(item["reasons"]) for item in api.get(explain=True)["items"]] == [0, 1]


def test_api_without_a_model__has_a_worklist_without_reasons():
    api = Api(recent(1))
    api.watcher.model, api.worklist_model = None, WorklistModel("late", SCHEMA)
    body = api.get(explain=True)
    assert (body["model_version"], body["items"][0]["reasons"], body["items"][0]["label_set"]) == (None, [], None)


def test_long_page__has_the_reasons_of_its_first_shipments(monkeypatch):
    monkeypatch.setattr(worklist, "MAX_EXPLAINED", 1)
    api = Api(recent(1, probability=0.9), recent(2, probability=0.8))
    assert [len(item["reasons"]) for item in api.get(explain=True, limit=1000)["items"]] == [1, 0]


@pytest.mark.parametrize("query", [{"cursor": "x"}])
def test_wrong_parameter__is_422(query):
    with pytest.raises(Problem) as refused:
        Api().get(**query)
    assert refused.value.status == 422


@pytest.mark.parametrize(
    "query",
    [{"capacity": 0}, {"limit": 1001}, {"state": ["resolved"]}, {"point_since": "2026-01-01T00:00:00"}, {"sate": "x"}],
)
def test_parameter_outside_its_range__is_refused(query):
    with pytest.raises(ValidationError):
        WorklistParameters(**query)


def test_updater__refreshes_and_survives_a_store_that_is_away(caplog):
    api = Api(recent(1))
    refreshed = []

    def refresh(*arguments):
        refreshed.append(arguments)
        if len(refreshed) in (2, 3):
            raise StoreError("cannot read: is the server up?")

    read = SimpleNamespace(refresh=refresh, drop_closed=lambda *_: refreshed.append("dropped"))
    updater = WorklistUpdater(read, lambda: api.worklist_model, 60)
    for _ in range(4):
        updater.update()
    assert [one for one in refreshed if one == "dropped"] == ["dropped"]
    assert len(refreshed) == 5
    assert caplog.text.count("the worklist is not updated") == 1
