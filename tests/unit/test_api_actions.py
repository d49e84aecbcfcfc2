"""POST /actions and GET /actions: bodies by field, who acted, conflicts, pages; each write is audited."""

import asyncio
import json
from types import SimpleNamespace
from uuid import uuid4

import pytest

from delay_core.errors import DelayError, StoreError
from delay_core.use_cases.record_action import RecordAction
from entrypoints.api.context import ApiContext
from entrypoints.api.problems import Problem, to_problem
from entrypoints.api.routes.actions import ActionsQuery, _action_request, list_actions, record_action
from entrypoints.api.security.api_keys import Caller
from entrypoints.keys import Scope
from fakes.action_log import ActionLog
from fakes.audit_log import AuditLog
from fakes.outcome_log import OutcomeLog
from fakes.prediction_log import PredictionLog
from fakes.prediction_reader import PredictionReader
from support.builders import logged_prediction, outcome

CALLER = Caller("ui-key", frozenset({Scope.PLAN}))


class Api:
    """The two endpoints over fakes, with one prediction of the shipment S-1."""

    def __init__(self):
        log = PredictionLog()
        log.append([logged_prediction(1)])
        reader, actions = PredictionReader(log), ActionLog()
        outcomes = OutcomeLog(reader)
        self.logs = SimpleNamespace(
            actions=actions, outcomes=outcomes, record_action=RecordAction(actions, outcomes, reader)
        )
        self.audit_log = AuditLog()
        self.model_name = "late"
        self.settings = SimpleNamespace(body_limit=10_000, deadline_seconds=1)

    require_logs, audit_action = ApiContext.require_logs, ApiContext.audit_action

    def post(self, **fields):
        body = json.dumps({"action_id": str(uuid4()), "shipment_id": "S-1", "kind": "acted"} | fields).encode()

        async def receive():
            return {"type": "http.request", "body": body}

        async def respond():
            state = SimpleNamespace(headers={}, request_id="r-1")
            request = SimpleNamespace(receive=receive, state=state)
            return await record_action(request, self, CALLER, await _action_request(request, self))

        return asyncio.run(respond()).model_dump(mode="json")

    def refusal(self, **fields):
        with pytest.raises((Problem, DelayError)) as error:
            self.post(**fields)
        return to_problem(error.value, "r-1")

    def list(self, **query):
        return asyncio.run(list_actions(self, ActionsQuery(**query))).model_dump(mode="json")


@pytest.fixture
def api():
    return Api()


def test_action__is_recorded_with_its_actor_and_audited_under_the_key(api):
    body = api.post(actor="Ann", reason="expedite", note="=cmd|' /C calc'!A0 <b>\u202e</b>")
    action = body["action"]
    assert body["state"] == "acting"
    assert (action["actor"], action["note"]) == ("Ann", "=cmd|' /C calc'!A0 <b>\u202e</b>")
    assert api.post(kind="dismissed", previous_action_id=action["action_id"])["action"]["actor"] == "ui-key"
    [_, entry] = api.audit_log.newest()
    assert (entry.actor, entry.action, entry.subject) == ("ui-key", "action acted", f"actions/{action['action_id']}")


def test_repeated_request__records_nothing_again(api):
    action_id = str(uuid4())
    assert api.post(action_id=action_id) == api.post(action_id=action_id)
    assert len(api.list()["actions"]) == 1


def test_second_of_two_planners__is_told_what_the_first_did(api):
    action_id = api.post(actor="Ann")["action"]["action_id"]
    problem = api.refusal(actor="Bob")
    assert problem.status == 409
    assert "Ann was first: acted at" in problem.detail
    assert action_id in problem.detail


def test_unknown_shipment__is_404_and_a_resolved_one_409(api):
    assert api.refusal(shipment_id="S-9").status == 404
    api.logs.outcomes.append([outcome(1)])
    assert api.refusal().status == 409


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"action_id": "x"}, "action_id"),
        ({"shipment_id": ""}, "shipment_id"),
        ({"shipment_id": "x" * 1001}, "shipment_id"),
        ({"kind": "done"}, "kind"),
        ({"note": "x" * 1001}, "note"),
        ({"reason": "x" * 65}, "reason"),
        ({"actor": "x" * 101}, "actor"),
        ({"previous_action_id": 7}, "previous_action_id"),
        ({"when": "now"}, "when"),
    ],
)
def test_wrong_body__is_refused_by_field(api, fields, wrong):
    problem = api.refusal(**fields)
    assert problem.status == 422
    assert [error.field for error in problem.errors] == [wrong]
    assert api.list()["actions"] == []


def test_database_that_is_away__is_503_with_a_time_to_wait_and_stores_nothing(api, monkeypatch):
    def unavailable(*_):
        raise StoreError("cannot record an action in postgresql://…")

    monkeypatch.setattr(api.logs.actions, "record", unavailable)
    problem = api.refusal()
    assert (problem.status, problem.headers["Retry-After"]) == (503, "5")
    assert "no partial changes were made; retry" in problem.detail


def test_list__is_paged_newest_first(api):
    first = api.post()["action"]
    second = api.post(kind="dismissed", previous_action_id=first["action_id"])["action"]

    page = api.list(limit=1)
    assert page["actions"] == [second]
    assert api.list(limit=1, cursor=page["next_cursor"]) == {"actions": [first], "next_cursor": None}
    with pytest.raises(Problem, match="cursor") as refused:
        api.list(cursor="x")
    assert refused.value.status == 422


def test_api_without_logs__has_no_actions(api):
    api.logs = None
    assert api.refusal().status == 503
