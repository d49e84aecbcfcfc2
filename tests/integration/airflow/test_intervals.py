"""Intervals of the pipeline in any order, doubled, and at the same time: the operators on fakes."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from delay_core.promotion import GatePolicy
from entrypoints.airflow.operators import (
    IngestOperator,
    PreprocessOperator,
    PromoteOperator,
    ScoreOperator,
    TrainOperator,
)
from entrypoints.airflow.operators.base import MAX_RESULT_BYTES
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
TRAINED = INTERVALS if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else range(4, 30, 5)
"""Models of all intervals take minutes."""


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


def test_refused_promotion__is_a_success(in_order, use_product):
    use_product(new_product(in_order[0]))
    refused = promote({"version": 1})
    assert (refused["action"], refused["failed_checks"]) == ("refused", ["training_data"])
    assert refused["reasons"][0].startswith("its training data end on 2024-01")
    assert promote(str(len(TRAINED)))["action"] == "serving"


def test_results__are_small_json(in_order):
    for outputs, _ in in_order[1]:
        assert len(json.dumps(outputs)) < MAX_RESULT_BYTES
