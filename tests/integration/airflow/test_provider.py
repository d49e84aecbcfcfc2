"""The provider: what Airflow reads of it, its connection, what waits, its links, and what importing it loads."""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module, metadata
from pathlib import Path

import airflow
import jsonschema
import pytest
from airflow.providers.common.compat.sdk import (
    AirflowFailException,
    AirflowNotFoundException,
    AirflowSkipException,
    Connection,
    TaskDeferred,
)
from airflow.sdk import BaseHook

from delay_core.errors import SchemaError, SourceUnavailable
from delay_core.use_cases.outcome_maturity import OutcomeMaturity
from entrypoints.airflow import connection, triggers
from entrypoints.airflow.assets import retraining_alias, schema_asset
from entrypoints.airflow.hooks import DelayCoreHook
from entrypoints.airflow.links import DecisionLink, MonitoringReportLink, TrainingRunLink, page_url
from entrypoints.airflow.operators import MonitorOperator, PromoteOperator
from entrypoints.airflow.operators.logs import ImportOutcomesOperator
from entrypoints.airflow.sensors import WaitForDataSensor, WaitForOutcomesSensor
from support.airflow_tasks import run
from support.shipment_tables import raw_shipments

HEAVY = {"pandas", "numpy", "sklearn", "mlflow", "evidently", "onnxruntime", "sqlalchemy.orm", "pydantic_settings"}
MODULES = ("operators", "sensors", "hooks", "assets", "links", "provider_info")


@pytest.fixture
def connections(monkeypatch):
    """The connections of Airflow, extras by id."""
    extras = {}

    def get_connection(conn_id):
        if conn_id not in extras:
            raise AirflowNotFoundException(conn_id)
        return Connection(conn_id=conn_id, conn_type="delay_core", extra=json.dumps(extras[conn_id]))

    monkeypatch.setattr(BaseHook, "get_connection", staticmethod(get_connection))
    return extras


def provider_info():
    [entry] = metadata.entry_points(group="apache_airflow_provider", name="provider_info").select(
        value="entrypoints.airflow.provider_info:get_provider_info"
    )
    return entry.load()()


def test_provider_info__is_valid_and_names_what_exists():
    info = provider_info()
    schema = json.loads((Path(airflow.__file__).parent / "provider_info.schema.json").read_text())
    jsonschema.validate(info, schema)
    for kind in ("operators", "sensors", "hooks", "triggers"):
        for group in info[kind]:
            assert [import_module(name) for name in group["python-modules"]]
    [kind] = info["connection-types"]
    for name in (kind["hook-class-name"], *info["extra-links"]):
        module, _, attribute = name.rpartition(".")
        assert getattr(import_module(module), attribute)
    assert set(kind["conn-fields"]) <= set(connection.Settings.model_fields) - set(connection.SERVICE_SETTINGS)


def test_import__loads_no_library_of_a_task():
    code = f"""
import sys
from importlib import metadata
for entry in metadata.entry_points(group="apache_airflow_provider"):
    if entry.value.startswith("entrypoints."):
        entry.load()()  # as while Airflow reads its configuration
print(*[name for name in sys.modules if name.split(".")[0] == "airflow"])
import airflow.sdk
before = set(sys.modules)
import {", ".join(f"entrypoints.airflow.{name}" for name in MODULES)}
print(*set(sys.modules) - before)
sys.modules["airflow"] = None
del sys.modules["entrypoints.airflow"]
try:
    import entrypoints.airflow
except ModuleNotFoundError as error:
    print(error)
"""
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    by_info, *_, loaded, message = output.splitlines()
    assert by_info == ""
    assert "entrypoints.airflow.operators.tables" in loaded.split()
    assert not HEAVY & set(loaded.split())
    assert message == "airflow is not installed: pip install 'delay-core[airflow]'"


def test_connection__gives_settings_and_the_environment_the_others(connections, monkeypatch, tmp_path):
    monkeypatch.setenv("DELAY_SEED", "7")
    monkeypatch.setenv("DELAY_TRIALS", "3")
    connections["own"] = {"data": str(tmp_path), "trials": 2, "model_name": "", "gate": {"minimum_rows": "off"}}
    settings = DelayCoreHook("own").read_settings()
    assert (settings.data, settings.trials, settings.seed, settings.model_name) == (str(tmp_path), 2, 7, None)
    assert settings.gate.minimum_rows is None
    assert DelayCoreHook().read_settings().trials == 3
    with pytest.raises(AirflowNotFoundException):
        DelayCoreHook("no_such").read_settings()


@pytest.mark.parametrize(
    ("extras", "message"),
    [
        ({"dta": "x"}, "connection own: no setting is called 'dta'; write data"),
        ({"outbox_rows": 1}, "connection own: no setting is called 'outbox_rows'"),
        ({"trials": 0}, "connection own, or the environment: trials: Input should be greater than or equal to 1"),
    ],
)
def test_connection__names_the_invalid_extra(connections, extras, message):
    connections["own"] = extras
    with pytest.raises(SchemaError, match=message):
        DelayCoreHook("own").read_settings()


def test_passwords__are_mcalls_in_logs(connections, monkeypatch):
    mcalls = []
    monkeypatch.setattr("entrypoints.airflow.secrets.mask_secret", mcalls.append)
    connections["own"] = {
        "serving_db": "postgresql://serving:canary-1@db/serving",
        "monitoring": {"webhook_secret": "canary-2"},
    }
    settings = DelayCoreHook("own").read_settings()
    assert mcalls == ["canary-1", "canary-2"]
    assert "canary" not in repr(settings)


@pytest.mark.usefixtures("product")
def test_test_connection__says_which_stores_respond():
    assert DelayCoreHook("own").test_connection() == (True, "these respond: the store of data, MLflow")


def test_test_connection__says_which_store_does_not_respond(connections, tmp_path):
    connections["own"] = {"data": str(tmp_path), "mlflow_tracking_uri": "http://me:canary@127.0.0.1:9"}
    succeeded, message = DelayCoreHook("own").test_connection()
    assert not succeeded
    assert "127.0.0.1:9" in message
    assert "canary" not in message


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


def test_links__are_empty_without_a_page_and_open_what_has_one():
    promote = PromoteOperator(task_id="promote", schema="smart_logistics", version=1)
    assert DecisionLink().get_link(promote, ti_key=None) == ""
    promote.links = {"Decision": page_url("http://mlflow:5000/#/experiments/3")}
    assert DecisionLink().get_link(promote, ti_key=None) == "http://mlflow:5000/#/experiments/3"
    assert page_url("/data/reports/x.html") == "file:///data/reports/x.html"
    assert page_url("mlflow ui --backend-store-uri sqlite:////data/mlflow.db") == ""
    assert len({link.xcom_key for link in (DecisionLink(), TrainingRunLink(), MonitoringReportLink())}) == 3


@pytest.mark.parametrize(("severity", "events"), [("none", 0), ("watch", 0), ("retrain", 1), ("roll back", 1)])
def test_monitoring_decision__is_an_asset_event_only_if_the_model_should_be_replaced(severity, events):
    alias = retraining_alias("smart_logistics")
    monitor = MonitorOperator(task_id="monitor", schema="smart_logistics", outlets=[alias])
    monitor.result = {"severity": severity, "action_needed": severity in ("retrain", "roll back")}
    added = []

    class Event:
        def add(self, asset, extra):
            added.append((asset.uri, extra["severity"]))

    monitor.publish({"outlet_events": {alias: Event()}})
    assert added == [(schema_asset("smart_logistics", "retraining").uri, severity)] * events


@pytest.mark.parametrize(
    ("source", "uri"),
    [
        ("/data/a b.csv", "file:///data/a%20b.csv"),
        ("s3://bucket/key.csv", "s3://bucket/key.csv"),
        ("sqlite:///x.db?table=t", "sqlite:/x.db?table=t"),
    ],
)
def test_raw_data__are_the_asset_of_their_url(source, uri):
    assert schema_asset("smart_logistics", "raw-data", source).uri == uri


def test_assets_of_a_schema_file__are_named_by_the_file():
    assert schema_asset("/etc/parcels.yaml", "model").uri == schema_asset("parcels", "model").uri


def test_missing_table_of_outcomes__is_no_data_yet(connections, tmp_path):
    connections["own"] = {"data": str(tmp_path)}
    task = ImportOutcomesOperator(
        task_id="import", schema="smart_logistics", source=str(tmp_path / "none.csv"), delay_conn_id="own"
    )
    with pytest.raises(AirflowSkipException, match=r"none\.csv: no such file"):
        run(task)
