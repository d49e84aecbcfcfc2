"""Waiting for data and outcomes: in the triggerer, without a worker slot; time is simulated."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from airflow.providers.common.compat.sdk import (
    AirflowFailException,
    TaskDeferred,
)

from delay_core.errors import SourceUnavailable
from delay_core.use_cases.outcome_maturity import OutcomeMaturity
from entrypoints.airflow import triggers
from entrypoints.airflow.hooks import DelayCoreHook
from entrypoints.airflow.sensors import WaitForDataSensor, WaitForOutcomesSensor
from support.airflow_tasks import run
from support.shipment_tables import raw_shipments


class Clock:
    """Sleeps take no time; each is counted, and after some minutes data land."""

    def __init__(self, monkeypatch, then):
        self.seconds, self._then = 0, then
        monkeypatch.setattr(triggers.asyncio, "sleep", self.sleep)

    async def sleep(self, seconds):
        self.seconds += seconds
        if self.seconds >= 600:
            self._then()


def sensor(**arguments):
    return WaitForDataSensor(
        task_id="wait", schema="smart_logistics", source="table", poke_interval=60, timeout=3600, **arguments
    )


def deferral(task):
    with pytest.raises(TaskDeferred) as raised:
        run(task)
    return raised.value


async def first_event(trigger):
    return await anext(trigger.run())


def test_ten_minutes_without_data__are_spent_in_the_triggerer(product, monkeypatch):
    waiting = sensor()
    deferred = deferral(waiting)  # the worker slot is free from here on
    assert deferred.timeout == timedelta(hours=1)
    path, arguments = deferred.trigger.serialize()
    module, _, name = path.rpartition(".")
    again = getattr(import_module(module), name)(**json.loads(json.dumps(arguments)))
    clock = Clock(monkeypatch, lambda: product.source.tables.update(table=raw_shipments(1, 30)))

    event = asyncio.run(first_event(again))

    assert clock.seconds == 600
    digest = getattr(waiting, deferred.method_name)({}, event.payload)["digest"]
    assert run(sensor()) == {"digest": digest}
    assert deferral(sensor(known_digest={"source_digest": digest, "digest": "x"})).trigger.known_digest == digest


def test_server_that_does_not_respond__is_waited_for(product, monkeypatch):
    def fail(_):
        raise SourceUnavailable("away")

    monkeypatch.setattr(product.source, "digest", fail)
    assert deferral(sensor()).trigger.source == "table"


@pytest.mark.usefixtures("product")
def test_source_that_can_never_be_read__fails_the_task():
    trigger = triggers.NewDataTrigger(
        delay_conn_id="x", schema="no_such", source="table", known_digest=None, poll_seconds=60
    )
    event = asyncio.run(first_event(trigger))
    with pytest.raises(AirflowFailException, match="no_such"):
        sensor().complete({}, event.payload)


@pytest.mark.parametrize("due_at", [None, datetime(2024, 1, 1, tzinfo=UTC), datetime(2124, 1, 1, tzinfo=UTC)])
def test_outcomes__are_waited_for_until_the_moment_when_they_are_due(monkeypatch, due_at):
    calls = []
    monkeypatch.setattr(
        DelayCoreHook,
        "outcome_maturity",
        lambda _, *arguments: calls.append(arguments) or OutcomeMaturity(5, 3, due_at),
    )
    task = WaitForOutcomesSensor(
        task_id="wait", schema="smart_logistics", since="2024-01-01", until="2024-01-02", share="0.5", timeout=60
    )
    if due_at is None or due_at < datetime.now(UTC):
        assert run(task) == {"predictions": 5, "due": 3}
    else:
        assert deferral(task).trigger.moment == due_at
    [(_, interval, share)] = calls
    assert (interval.until, share) == (datetime(2024, 1, 2, tzinfo=UTC), 0.5)


@pytest.mark.parametrize("share", ["half", "0", 1.5, "nan", None])
def test_share_that_is_none__fails_the_task(share):
    task = WaitForOutcomesSensor(
        task_id="wait", schema="smart_logistics", since="2024-01-01", until="2024-01-02", share=share
    )
    with pytest.raises(AirflowFailException, match=r"^share=.* is no share; write a number above 0 and at most 1"):
        run(task)
