"""GET /predictions: who sees which predictions, and no personal data."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest

from delay_core import parse_schema
from delay_core.use_cases.list_predictions import ListPredictions
from entrypoints.api.problems import Problem
from entrypoints.api.routes.predictions import PredictionsQuery, list_predictions, prediction_reader
from entrypoints.api.security.api_keys import UNRESTRICTED, Caller
from entrypoints.keys import Scope
from fakes.action_log import ActionLog
from fakes.outcome_log import OutcomeLog
from fakes.prediction_log import PredictionLog
from fakes.prediction_reader import PredictionReader
from support.builders import NOON, logged_prediction, outcome

SCHEMA = parse_schema(
    """\
name: parcels
version: 1
prediction_point: {column: sent, stage: order}
label: {column: late, known_after: P2D}
columns:
  sent: {role: timestamp}
  weight: {role: numeric}
  driver: {role: ignored, pii: true, aliases: [courier]}
  late: {role: label, available_at: delivered}
""",
    "parcels.yaml",
)


@pytest.fixture
def context():
    log = PredictionLog()
    log.append(
        [
            logged_prediction(
                n,
                client="ann" if n % 2 else "ben",
                model_version=n,
                late=n > 2,
                request_data={"weight": n, "driver": "Zyxquist", "courier": "Zyxquist"},
            )
            for n in range(1, 5)
        ]
    )
    outcomes = OutcomeLog(PredictionReader(log))
    outcomes.append([outcome(4, late=True)])
    listing = ListPredictions(PredictionReader(log), outcomes, ActionLog())
    logs = SimpleNamespace(list_predictions=listing)
    return SimpleNamespace(require_logs=lambda: logs, model_name="late", schema=SCHEMA)


def listed(context, caller=UNRESTRICTED, **query):
    page = asyncio.run(list_predictions(context, caller, PredictionsQuery(**query)))
    return page.model_dump(mode="json")


def shipments(page):
    return [prediction["shipment_id"] for prediction in page["predictions"]]


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        (UNRESTRICTED, ["S-4", "S-3", "S-2", "S-1"]),
        (Caller("zoe", frozenset({Scope.PLAN})), ["S-4", "S-3", "S-2", "S-1"]),
        (Caller("root", frozenset({Scope.ADMIN})), ["S-4", "S-3", "S-2", "S-1"]),
        (Caller("ann", frozenset({Scope.PREDICT})), ["S-3", "S-1"]),
    ],
)
def test_key__sees_its_own_predictions_and_a_planners_key_all(context, caller, expected):
    assert shipments(listed(context, caller)) == expected


def test_key_without_a_scope_for_predictions__is_refused():
    with pytest.raises(Problem) as problem:
        prediction_reader(Caller("tom", frozenset({Scope.OUTCOMES})))
    assert problem.value.status == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"late": True}, ["S-4", "S-3"]),
        ({"model_version": 2}, ["S-2"]),
        ({"shipment_id": "S-1"}, ["S-1"]),
        (
            {"since": f"{NOON + timedelta(seconds=2):%FT%TZ}", "until": f"{NOON + timedelta(seconds=4):%FT%TZ}"},
            ["S-3", "S-2"],
        ),
        ({"acted_on": True}, []),
    ],
)
def test_predictions__meet_the_conditions(context, query, expected):
    assert shipments(listed(context, **query)) == expected


def test_pages__follow_each_other(context):
    first = listed(context, limit=3)
    assert shipments(first) == ["S-4", "S-3", "S-2"]
    assert shipments(listed(context, limit=3, cursor=first["next_cursor"])) == ["S-1"]


def test_wrong_cursor__is_refused(context):
    with pytest.raises(Problem, match="cursor") as problem:
        listed(context, cursor="x")
    assert problem.value.status == 422


def test_outcome__is_beside_its_prediction_and_personal_data_are_left_out(context):
    newest = listed(context)["predictions"][0]
    assert newest["outcome"]["late"] is True
    assert newest["request_data"] == {"weight": 4}
