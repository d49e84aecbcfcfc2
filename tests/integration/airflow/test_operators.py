"""The operators on fakes: intervals in any order, what a task returns, and what an error does to it."""

import inspect
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from airflow.providers.common.compat.sdk import AirflowFailException, AirflowSkipException
from airflow.sdk import Asset

from delay_core.errors import BundleError, MigrationRequired, SourceUnavailable, StoreError
from delay_core.promotion import GatePolicy
from entrypoints.airflow import operators, sensors
from entrypoints.airflow.assets import schema_asset
from entrypoints.airflow.operators import (
    ImportOutcomesOperator,
    IngestOperator,
    PreprocessOperator,
    PromoteOperator,
    ScoreOperator,
    TrainOperator,
)
from entrypoints.airflow.operators.base import MAX_RESULT_BYTES, limited
from entrypoints.settings import Settings
from fakes.shipment_source import ShipmentSource
from support.airflow_tasks import run
from support.fake_product import FakeProduct
from support.shipment_tables import raw_shipments

SCHEMA = "smart_logistics"
MODEL = "smart_logistics_delay"
ALIAS = "production"
FIRST_END = datetime(2024, 1, 21, tzinfo=UTC)
INTERVALS = range(30)
TRAINED = range(4, 30, 5)
"""Models of all intervals would take a minute."""


def new_product(product=None):
    """A product, or the copy of one, that promotes every version that is not older than the champion."""
    source = ShipmentSource({"table": raw_shipments(1, 240)}, chunk_rows=250)
    product = product.copy() if product else FakeProduct(source)
    off = dict.fromkeys(GatePolicy.model_fields, "off")
    product.container.settings.override(Settings(trials=1, gate=GatePolicy(**off)))
    return product


def ingest(**arguments):
    return run(IngestOperator(task_id="ingest", schema=SCHEMA, **{"source": "table", **arguments}))


def preprocess(ingested):
    return run(PreprocessOperator(task_id="preprocess", schema=SCHEMA, ingested=ingested))


def train(prepared):
    return run(TrainOperator(task_id="train", schema=SCHEMA, prepared=prepared))


def promote(version):
    return run(PromoteOperator(task_id="promote", schema=SCHEMA, version=version))


def run_interval(number):
    """The digests and counts of one interval of the pipeline, and what the gate did."""
    ingested = ingest(until=str(FIRST_END + timedelta(days=number)))
    prepared = preprocess(ingested)
    outputs = [ingested["digest"], ingested["rows"], prepared["digest"], prepared["windows"]]
    if number not in TRAINED:
        return outputs, None
    trained = train(prepared)
    return [*outputs, trained["bundle"]], promote(trained)["action"]


@pytest.fixture(scope="module")
def in_order():
    """Thirty intervals, each once, the oldest first: the product and what each returned."""
    with pytest.MonkeyPatch.context() as patch:
        product = new_product()
        patch.setattr("entrypoints.airflow.hooks.DelayCoreHook._create_container", lambda *_: product.container)
        results = [run_interval(number) for number in INTERVALS]
    return product, results


def test_intervals_in_order__grow_and_promote_each_newer_model(in_order):
    product, results = in_order
    accepted = [outputs[1]["accepted"] for outputs, _ in results]
    assert accepted == sorted(set(accepted))
    assert {outputs[1]["accepted"] + outputs[1]["excluded"] for outputs, _ in results} == {240}
    assert [action for _, action in results if action] == ["promoted"] * len(TRAINED)
    assert product.registry.get_by_alias(MODEL, ALIAS).version == len(TRAINED)


def test_intervals_backward_and_doubled__have_the_same_outputs_and_leave_the_alias(in_order, use_product):
    _, expected = in_order
    product = use_product(new_product())
    for number in reversed(INTERVALS):
        outputs, action = run_interval(number)
        assert outputs == expected[number][0]
        assert run_interval(number)[0] == outputs
        if number in TRAINED:
            assert action == ("promoted" if number == TRAINED[-1] else "refused")
    assert len(product.registry.versions(MODEL)) == len(TRAINED)
    assert product.registry.get_by_alias(MODEL, ALIAS).version == 1
    refusals = [decision for decision in product.promotion_log.decisions(MODEL) if decision.action == "refused"]
    assert len(refusals) == len(TRAINED) - 1
    assert {check.name for decision in refusals for check in decision.checks if not check.passed} == {"training_data"}


def test_interval__that_is_backfilled_while_its_scheduled_run_runs_is_the_same(in_order, use_product):
    _, expected = in_order
    product = use_product(new_product())
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(run_interval, [TRAINED[0]] * 2))
    assert [outputs for outputs, _ in runs] == [expected[TRAINED[0]][0]] * 2
    assert {action for _, action in runs} <= {"promoted", "serving"}
    assert len(product.registry.versions(MODEL)) == 1


def test_version_promoted_meanwhile__is_what_an_older_one_is_compared_with(in_order, use_product, monkeypatch):
    """The scheduled run of a newer interval promotes its model while the gate looks at the backfilled one."""
    product = use_product(new_product(in_order[0]))
    product.registry.set_alias(MODEL, ALIAS, 1)
    read, calls = product.registry.get_by_alias, []

    def promote_newer(name, alias):
        version = read(name, alias)
        if not calls:
            product.registry.set_alias(MODEL, ALIAS, 3)
        calls.append(alias)
        return version

    monkeypatch.setattr(product.registry, "get_by_alias", promote_newer)
    assert promote(2)["failed_checks"] == ["training_data"]
    assert read(MODEL, ALIAS).version == 3


def test_open_shipments__are_scored_by_the_version_that_serves(in_order, use_product):
    use_product(new_product(in_order[0]))
    ingested = ingest(until=str(FIRST_END))
    score = run(ScoreOperator(task_id="score", schema=SCHEMA, ingested=ingested))
    assert (score["version"], score["rows"]["read"]) == (len(TRAINED), ingested["open"])
    whole = run(ScoreOperator(task_id="score_all", schema=SCHEMA, source="table", reasons="true"))
    assert whole["rows"]["accepted"] == 240


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


def test_refused_promotion__is_a_success(in_order, use_product):
    use_product(new_product(in_order[0]))
    refused = promote({"version": 1})
    assert (refused["action"], refused["failed_checks"]) == ("refused", ["training_data"])
    assert refused["reasons"][0].startswith("its training data end on 2024-01")
    assert promote(str(len(TRAINED)))["action"] == "serving"


def test_results__are_small_json(in_order):
    for outputs, _ in in_order[1]:
        assert len(json.dumps(outputs)) < MAX_RESULT_BYTES
    reasons = [f"{number} ümlaut " * 400 for number in range(3)]
    result = limited({"digest": "d" * 64, "reasons": reasons, "rows": {"read": 1}})
    assert len(json.dumps(result).encode()) <= MAX_RESULT_BYTES
    assert (result["digest"], result["rows"]) == ("d" * 64, {"read": 1})
    assert all(text.endswith("…") for text in result["reasons"])


def test_outcomes__of_a_table_are_recorded_once(product):
    product.source.tables["outcomes"] = pd.DataFrame(
        {"shipment_id": ["a", "b"], "late": ["late", "on time"], "known_at": ["2024-01-01", "2024-01-02"]}, dtype=object
    )
    counts = [run(ImportOutcomesOperator(task_id="import", schema=SCHEMA, source="outcomes")) for _ in range(2)]
    assert [(one["read"], one["recorded"], one["already_known"]) for one in counts] == [(2, 2, 0), (2, 0, 2)]


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
