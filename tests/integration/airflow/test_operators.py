"""The operators on fakes: what a task returns, what an error does to it, what it leaves for other tasks."""

import inspect
import json

import pandas as pd
import pytest
from airflow.providers.common.compat.sdk import AirflowFailException, AirflowSkipException
from airflow.sdk import Asset
from sqlalchemy.orm import configure_mappers

from delay_core import load_schema
from delay_core.errors import BundleError, MigrationRequired, SourceUnavailable, StoreError
from entrypoints.airflow import operators, sensors
from entrypoints.airflow.assets import schema_asset
from entrypoints.airflow.operators import (
    ImportOutcomesOperator,
    IngestOperator,
    PreprocessOperator,
    RecalibrateOperator,
)
from entrypoints.airflow.operators.base import MAX_RESULT_BYTES, limited
from entrypoints.settings import Settings
from support.airflow_tasks import run
from support.shipment_tables import raw_shipments

SCHEMA = "smart_logistics"


def ingest(**arguments):
    return run(IngestOperator(task_id="ingest", schema=SCHEMA, **{"source": "table", **arguments}))


def preprocess(ingested):
    return run(PreprocessOperator(task_id="preprocess", schema=SCHEMA, ingested=ingested))


CLASSES = [
    *(getattr(operators, name) for name in operators.__all__),
    sensors.WaitForDataSensor,
    sensors.WaitForOutcomesSensor,
]


@pytest.mark.parametrize("operator", CLASSES, ids=lambda one: one.__name__)
def test_every_argument__is_a_template_field(operator):
    own = [name for name in inspect.signature(operator.__init__).parameters if name not in ("self", "kwargs")]
    assert set(operator.template_fields) == {"delay_conn_id", "schema", *own}


@pytest.mark.parametrize(
    ("table", "arguments", "error", "message"),
    [
        ("bad", {}, AirflowFailException, "^bad: none of 30 rows is accepted: Latitude: not a number"),
        ("table", {"schema": "no_such"}, AirflowFailException, "no_such"),
        ("table", {"until": "yesterday"}, AirflowFailException, "^until='yesterday' is no time"),
        ("table", {"until": "2020-01-01T00:00:00Z"}, AirflowSkipException, "^table: none of 30 rows is before 2020"),
    ],
)
def test_ingest__fails_or_skips_with_the_message_first(product, table, arguments, error, message):
    product.source.tables = {"table": raw_shipments(1, 30), "bad": raw_shipments(1, 30).assign(Latitude="north")}
    with pytest.raises(error, match=message):
        ingest(**{"source": table, **arguments}) if "schema" not in arguments else run(
            IngestOperator(task_id="ingest", source=table, **arguments)
        )


def test_preprocess__skips_while_there_are_too_few_outcomes(product):
    product.source.tables["table"] = raw_shipments(1, 15)
    ingested = ingest()
    with pytest.raises(AirflowSkipException, match=r"^15 shipments with an outcome are too few"):
        preprocess(ingested)


@pytest.mark.parametrize(
    ("ingested", "message"),
    [
        ("0" * 64, "does not exist; run ingest again"),
        ("abc", "^ingested='abc' is no digest of 64 hexadecimal digits"),
        ({"version": 3}, "^ingested: the task before returned no digest; it returned version"),
    ],
)
@pytest.mark.usefixtures("product")
def test_preprocess__fails_without_the_output_before_it(ingested, message):
    with pytest.raises(AirflowFailException, match=message):
        preprocess(ingested)


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (StoreError("away"), StoreError),
        (SourceUnavailable("away"), SourceUnavailable),
        (ZeroDivisionError("a bug"), ZeroDivisionError),
        (MigrationRequired("old tables"), AirflowFailException),
        (BundleError("tampered"), AirflowFailException),
        (ModuleNotFoundError("boto3 is not installed: pip install 'delay-core[s3]'"), AirflowFailException),
    ],
    ids=lambda one: getattr(one, "__name__", type(one).__name__),
)
def test_errors__are_retried_only_if_another_attempt_may_succeed(product, monkeypatch, error, raised):
    def fail(*_):
        raise error

    monkeypatch.setattr(product.source, "digest", fail)
    with pytest.raises(raised, match=f"^{error.args[0][:6]}"):
        ingest()


def test_outcomes__of_a_table_are_recorded_once(product):
    product.source.tables["outcomes"] = pd.DataFrame(
        {"shipment_id": ["a", "b"], "late": ["late", "on time"], "known_at": ["2024-01-01", "2024-01-02"]}, dtype=object
    )
    counts = [run(ImportOutcomesOperator(task_id="import", schema=SCHEMA, source="outcomes")) for _ in range(2)]
    assert [(one["read"], one["recorded"], one["already_known"]) for one in counts] == [(2, 2, 0), (2, 0, 2)]


def test_recalibration__is_skipped_unless_it_is_switched_on(product):
    product.source.tables["table"] = raw_shipments(1)
    product.pipeline(load_schema(SCHEMA), "table", f"{SCHEMA}_delay")
    task = RecalibrateOperator(task_id="recalibrate", schema=SCHEMA)
    with pytest.raises(AirflowSkipException, match="recalibration is off; DELAY_RECALIBRATION__ENABLED=true"):
        run(task)
    assert len(product.promotion_log.decisions(f"{SCHEMA}_delay")) == 1

    product.container.settings.override(Settings(recalibration={"enabled": True}))
    result = run(task)

    assert (result["action"], result["recalibrated"], result["outcomes"]) == ("refused", 1, 0)
    assert result["failed_checks"] == ["outcomes"]
    assert len(product.promotion_log.decisions(f"{SCHEMA}_delay")) == 2


def test_asset_events__have_the_result(product):
    product.source.tables["table"] = raw_shipments(1, 30)
    asset = schema_asset(SCHEMA, "ingested")
    operator = IngestOperator(task_id="ingest", schema=SCHEMA, source="table", outlets=[asset])

    class Event:
        extra: dict = {}  # noqa: RUF012 - one event

    result = run(operator, {"outlet_events": {asset: Event}})
    assert Event.extra == result


def test_lineage__names_datasets_by_the_uris_of_assets(product):
    product.source.tables["/data/table.csv"] = raw_shipments(1, 30)
    operator = IngestOperator(task_id="ingest", schema=SCHEMA, source="/data/table.csv")
    result = run(operator)
    lineage = operator.get_openlineage_facets_on_complete(None)
    assert [one.name for one in lineage.inputs] == [Asset(uri="file:///data/table.csv").uri]
    [output] = lineage.outputs
    assert output.name == schema_asset(SCHEMA, "ingested").uri == "delay-core://smart_logistics/ingested"
    assert result["digest"] in output.facets["documentation"].description
    configure_mappers()  # as an embedded MLflow does: the lineage provider loads only some of the models of Airflow


def test_a_task_that_is_ended__stops_at_once_and_leaves_nothing(product, monkeypatch):
    product.source.tables["table"] = raw_shipments(1, 30)
    operator = IngestOperator(task_id="ingest", schema=SCHEMA, source="table")
    read = product.source.chunks

    def chunks(url, schema):
        yield from read(url, schema)
        operator.on_kill()  # Airflow calls it in the handler of SIGTERM

    monkeypatch.setattr(product.source, "chunks", chunks)
    with pytest.raises(SystemExit, match="ingest was ended while it ran"):
        run(operator)
    assert product.store._sets == {}
    operator.on_kill()  # after a timeout, the block has ended already


def test_large_result__has_its_texts_cut():
    reasons = [f"{number} ümlaut " * 400 for number in range(3)]
    result = limited({"digest": "d" * 64, "reasons": reasons, "rows": {"read": 1}})
    assert len(json.dumps(result).encode()) <= MAX_RESULT_BYTES
    assert (result["digest"], result["rows"]) == ("d" * 64, {"read": 1})
    assert all(text.endswith("…") for text in result["reasons"])
