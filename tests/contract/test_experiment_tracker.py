"""Every ExperimentTracker: a training is recorded once, completely, and read back newest first."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from delay_core.ports.experiment_tracker import ExperimentTracker, TrainingRun
from fakes.experiment_tracker import ExperimentTracker as InMemory
from support.lazy_module import LazyModule

mlflow, mlflow_stores = LazyModule("adapters.mlflow"), LazyModule("support.mlflow_stores")


@pytest.fixture(params=["fake", "embedded MLflow", "MLflow server"])
def tracker(request) -> ExperimentTracker:
    factories = {
        "fake": InMemory,
        "embedded MLflow": lambda: mlflow.ExperimentTracker(mlflow_stores.embedded_store()),
        "MLflow server": lambda: mlflow.ExperimentTracker(mlflow_stores.server_store()),
    }
    return factories[request.param]()


@pytest.fixture
def experiment() -> str:
    return f"late shipments {uuid4().hex}"


def training(address: str, **parameters: str) -> TrainingRun:
    metrics = {"test.roc_auc": 0.7 + 1e-17, "test.roc_auc.low": 1 / 3, "test.log_loss": 0.0}
    return TrainingRun(
        address, parameters, metrics, {"calibration.png": b"\x89PNG\r\n", "model_card.md": "# Karte é".encode()}
    )


def test_unknown_experiment__has_no_runs(tracker, experiment):
    assert tracker.runs(experiment) == []


def test_runs__are_read_back_as_they_were_recorded(tracker, experiment):
    recorded = training("a" * 64, family="hist_gradient_boosting", seed="7", empty="", text="naïve – 5 °C, 'quoted'")

    run_id = tracker.record(experiment, recorded)

    [run] = tracker.runs(experiment)
    assert (run.run_id, run.address) == (run_id, recorded.address)
    assert run.parameters == recorded.parameters
    assert run.metrics == recorded.metrics


def test_record__the_same_training_twice_makes_one_run(tracker, experiment):
    first = tracker.record(experiment, training("a" * 64))

    assert tracker.record(experiment, training("a" * 64)) == first
    assert len(tracker.runs(experiment)) == 1


def test_record__the_same_training_in_another_experiment_is_another_run(tracker, experiment):
    tracker.record(experiment, training("a" * 64))
    tracker.record(f"{experiment}, again", training("a" * 64))

    assert len(tracker.runs(experiment)) == len(tracker.runs(f"{experiment}, again")) == 1


def test_runs__are_ordered_newest_first(tracker, experiment):
    for address in ("b" * 64, "c" * 64, "a" * 64):
        tracker.record(experiment, training(address))

    runs = tracker.runs(experiment)
    assert [run.address[0] for run in runs] == ["a", "c", "b"]
    assert runs == sorted(runs, key=lambda run: run.started, reverse=True)


def test_runs__have_their_start_in_utc(tracker, experiment):
    tracker.record(experiment, training("a" * 64))

    [run] = tracker.runs(experiment)
    assert run.started.utcoffset() == timedelta(0)
    assert run.started <= datetime.now(UTC)


def test_record__keeps_many_parameters_and_metrics(tracker, experiment):
    parameters = {f"parameter.{i}": str(i) for i in range(250)}
    metrics = {f"metric.{i}": i / 7 for i in range(1100)}

    tracker.record(experiment, TrainingRun("a" * 64, parameters, metrics, {}))

    [run] = tracker.runs(experiment)
    assert (run.parameters, run.metrics) == (parameters, metrics)


def test_location__exists_before_and_after_the_first_run(tracker, experiment):
    assert tracker.location(experiment)
    tracker.record(experiment, training("a" * 64))
    assert tracker.location(experiment)
