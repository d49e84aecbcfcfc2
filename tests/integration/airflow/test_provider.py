"""The provider: what Airflow reads of it, its connection, what waits, its links, and what importing it loads."""

import json
import subprocess
import sys
from importlib import import_module, metadata
from pathlib import Path

import airflow
import jsonschema
import pytest
from airflow.providers.common.compat.sdk import (
    AirflowNotFoundException,
    AirflowSkipException,
    Connection,
)
from airflow.sdk import BaseHook

from delay_core.errors import SchemaError
from entrypoints.airflow import connection
from entrypoints.airflow.assets import retraining_alias, schema_asset
from entrypoints.airflow.hooks import DelayCoreHook
from entrypoints.airflow.links import DecisionLink, MonitoringReportLink, TrainingRunLink, page_url
from entrypoints.airflow.operators import MonitorOperator, PromoteOperator
from entrypoints.airflow.operators.logs import ImportOutcomesOperator
from support.airflow_tasks import run

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
