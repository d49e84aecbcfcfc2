"""Every PromotionLog: decisions in order, each whole, none twice in a row."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from delay_core.errors import ServingChanged
from delay_core.evaluation import Estimate
from delay_core.ports.promotion_log import PromotionLog
from delay_core.promotion import Check, Decision, GatePolicy
from fakes.promotion_log import PromotionLog as InMemory
from support.lazy_module import LazyModule

mlflow, mlflow_client = LazyModule("adapters.mlflow"), LazyModule("mlflow")
mlflow_stores = LazyModule("support.mlflow_stores")


@pytest.fixture(params=["fake", "embedded MLflow", "MLflow server"])
def log(request) -> PromotionLog:
    factories = {
        "fake": InMemory,
        "embedded MLflow": lambda: mlflow.PromotionLog(mlflow_stores.embedded_store()),
        "MLflow server": lambda: mlflow.PromotionLog(mlflow_stores.server_store()),
    }
    return factories[request.param]()


@pytest.fixture
def name() -> str:
    return f"late-{uuid4().hex}"


def promoted(name: str, version: int, *reasons: str) -> Decision:
    return Decision(
        action="promoted",
        name=name,
        version=version,
        digest=f"{version:064x}",
        replaced=version - 1 or None,
        reasons=reasons or ("it beats the baseline",),
        gain_over_baseline=Estimate(value=0.1 + 0.2, low=1 / 3, high=1e-17),
        compared_rows=1200,
    )


GAIN = Estimate(value=0.1, low=0.05, high=0.2)
CHECKS = (
    Check(name="gain_over_baseline", value=GAIN, limit=0.0, passed=True, message="it beats the historical late rate"),
    Check(name="parity", value=3e-8, limit=1e-5, passed=True, message="they agree"),
    Check(name="leakage", value=None, limit=0.95, passed=True, message="too few rows"),
    Check(name="history", value=None, limit=None, passed=False, message="it was rolled back before"),
)


def judged(name: str, policy: GatePolicy) -> Decision:
    return Decision(
        action="promoted",
        name=name,
        version=5,
        digest="d" * 64,
        reasons=("forced although it was rolled back before",),
        checks=CHECKS,
        policy=policy,
        trigger="forced",
    )


def test_unknown_model__has_no_decisions(log, name):
    assert log.decisions(name) == []


def test_decisions__are_read_back_oldest_first(log, name):
    recorded = [promoted(name, version) for version in (1, 2, 3)]
    recorded.append(Decision(action="rolled_back", name=name, version=2, digest="b" * 64, replaced=3, reasons=()))
    recorded.append(
        Decision(action="refused", name=name, version=4, digest="c" * 64, reasons=("naïve – 'quoted'", "\n"))
    )

    recorded.append(promoted(name, 5).model_copy(update={"trigger": "recalibration", "checks": CHECKS}))

    for decision in recorded:
        log.append(decision)

    assert log.decisions(name) == recorded


def test_records__have_the_times_of_their_decisions(log, name):
    start = datetime.now(UTC) - timedelta(milliseconds=1)  # MLflow counts milliseconds
    log.append(promoted(name, 1))
    between = datetime.now(UTC)
    log.append(promoted(name, 2))

    first, second = log.records(name)

    assert (first.decision, second.decision) == (promoted(name, 1), promoted(name, 2))
    assert start <= first.recorded_at <= between
    assert between - timedelta(milliseconds=1) <= second.recorded_at <= datetime.now(UTC)


def test_decisions__keep_checks_policy_and_force_to_the_last_bit(log, name):
    recorded = [
        judged(name, GatePolicy()),
        judged(name, GatePolicy(minimum_rows=70, minimum_gain=1 / 3, maximum_ece=None)),
        promoted(name, 6),
    ]

    for decision in recorded:
        log.append(decision)
        log.append(decision)

    assert log.decisions(name) == recorded


def test_append__with_another_policy_is_another_decision(log, name):
    log.append(judged(name, GatePolicy()))
    log.append(judged(name, GatePolicy(minimum_rows=51)))

    assert len(log.decisions(name)) == 2


def test_append__of_the_newest_decision_again_changes_nothing(log, name):
    for version in (1, 2, 2, 2):
        log.append(promoted(name, version))

    assert [decision.version for decision in log.decisions(name)] == [1, 2]


def test_append__of_an_older_decision_again_adds_it(log, name):
    for version in (1, 2, 1):
        log.append(promoted(name, version))

    assert [decision.version for decision in log.decisions(name)] == [1, 2, 1]


def refused(name: str, version: int) -> Decision:
    return promoted(name, version).model_copy(update={"action": "refused", "replaced": None})


def test_append__of_a_change_after_another_change_is_refused(log, name):
    log.append(promoted(name, 1), 0)
    log.append(promoted(name, 2), 1)

    with pytest.raises(ServingChanged, match=f"another change, to version 2 of {name}, came first"):
        log.append(promoted(name, 3), 1)

    assert [decision.version for decision in log.decisions(name)] == [1, 2]


def test_append__after_decisions_that_change_nothing_is_recorded(log, name):
    log.append(promoted(name, 1))
    log.append(refused(name, 3), 1)
    log.append(promoted(name, 2), 1)
    log.append(refused(name, 3), 1)

    assert [decision.version for decision in log.decisions(name)] == [1, 3, 2, 3]


def test_append__of_the_newest_decision_again_changes_nothing_whatever_it_was_based_on(log, name):
    for _ in range(2):
        log.append(promoted(name, 1), 0)

    assert len(log.decisions(name)) == 1


def test_append__of_changes_at_once_records_one(log, name):
    log.append(promoted(name, 1))
    versions = [2, 3, 4, 5]

    def attempt(version: int) -> bool:
        with suppress(ServingChanged):
            log.append(promoted(name, version), 1)
            return True
        return False

    with ThreadPoolExecutor(len(versions)) as pool:
        recorded = [version for version, one in zip(versions, pool.map(attempt, versions), strict=True) if one]

    assert len(recorded) == 1
    assert [decision.version for decision in log.decisions(name)] == [1, *recorded]


def test_decisions__are_separate_for_each_model(log, name):
    log.append(promoted(name, 1))
    log.append(promoted(f"{name}-other", 7))
    log.append(promoted(name, 1))

    assert [decision.version for decision in log.decisions(name)] == [1]
    assert [decision.version for decision in log.decisions(f"{name}-other")] == [7]


def test_decisions__may_have_any_length(log, name):
    long = promoted(name, 1, *(f"reason {i}: " + "ä" * 900 for i in range(30)))

    log.append(long)
    log.append(long)

    assert log.decisions(name) == [long]


OLD = """{"action":"promoted","name":"m","version":2,"digest":"b","replaced":1,"reasons":["it beats the champion"],
"gain_over_baseline":{"value":0.1,"low":0.05,"high":0.2},"gain_over_champion":null,"compared_rows":1200}"""
"""A decision as it was recorded before there were checks."""


def test_decisions__from_before_there_were_checks_are_read(log, name):
    old = Decision.model_validate_json(OLD).model_copy(update={"name": name})

    log.append(old)
    log.append(judged(name, GatePolicy()))

    assert log.decisions(name) == [old, judged(name, GatePolicy())]
    assert (old.checks, old.policy, old.forced) == ((), None, False)


@pytest.fixture(params=["embedded MLflow", "MLflow server"])
def store(request):
    return mlflow_stores.embedded_store() if request.param == "embedded MLflow" else mlflow_stores.server_store()


def runs_of(store, name):
    client = mlflow_client.MlflowClient(store.tracking_uri, store.tracking_uri)
    experiment = client.get_experiment_by_name(f"{name} promotions")
    return client, client.search_runs([experiment.experiment_id], order_by=["attributes.start_time DESC"])


def test_mlflow__shows_the_numbers_of_checks_and_limits(store, name):
    mlflow.PromotionLog(store).append(judged(name, GatePolicy(maximum_ece=None)))

    _, [run] = runs_of(store, name)

    assert run.data.metrics == {
        "gain_over_baseline.value": 0.1,
        "gain_over_baseline.low": 0.05,
        "gain_over_baseline.high": 0.2,
        "gain_over_baseline.limit": 0,
        "gain_over_baseline.passed": 1,
        "parity.value": 3e-8,
        "parity.limit": 1e-5,
        "parity.passed": 1,
        "leakage.limit": 0.95,
        "leakage.passed": 1,
        "history.passed": 0,
    }
    assert run.data.params["gate.maximum_ece"] == "off"
    assert run.data.params["gate.minimum_rows"] == "50"
    assert {f"gate.{field}" for field in GatePolicy.model_fields} == set(run.data.params)


def test_mlflow__appends_after_the_newest_decision_was_deleted_there(store, name):
    log = mlflow.PromotionLog(store)
    for version in (1, 2):
        log.append(promoted(name, version))
    client, [newest, _] = runs_of(store, name)
    client.delete_run(newest.info.run_id)

    for version in (3, 4):
        log.append(promoted(name, version))

    assert [decision.version for decision in log.decisions(name)] == [1, 3, 4]


def test_mlflow__reads_tags_from_before_there_were_checks(store, name):
    log = mlflow.PromotionLog(store)
    log.append(judged(name, GatePolicy()))
    client, [run] = runs_of(store, name)
    old = {**json.loads(OLD), "name": name}
    pieces = [tag for tag in run.data.tags if tag.startswith("delay.decision.")]
    for piece in pieces:
        client.delete_tag(run.info.run_id, piece)
    client.set_tag(run.info.run_id, "delay.decision.0", json.dumps(old))

    assert log.decisions(name) == [Decision.model_validate(old)]


def test_location__exists_before_and_after_the_first_decision(log, name):
    assert log.location(name)
    log.append(promoted(name, 1))
    assert log.location(name)
