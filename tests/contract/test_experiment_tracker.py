"""Every ExperimentTracker: a training is recorded once, whole, and read back newest first."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from delay_core.ports.experiment_tracker import ExperimentTracker, TrainingRun
from fakes.experiment_tracker import ExperimentTracker as InMemory
from support.lazy_module import LazyModule

mlflow, mlflow_stores = LazyModule("adapters.mlflow"), LazyModule("support.mlflow_stores")


@pytest.fixture(params=["fake", "embedded MLflow", "MLflow server"])
def tracker(request) -> ExperimentTracker:
    makers = {
        "fake": InMemory,
        "embedded MLflow": lambda: mlflow.ExperimentTracker(mlflow_stores.embedded_store()),
        "MLflow server": lambda: mlflow.ExperimentTracker(mlflow_stores.server_store()),
    }
    return makers[request.param]()


@pytest.fixture
def experiment() -> str:
    return f"late shipments {uuid4().hex}"


def training(address: str, **parameters: str) -> TrainingRun:
    metrics = {"test.roc_auc": 0.7 + 1e-17, "test.roc_auc.low": 1 / 3, "test.log_loss": 0.0}
    return TrainingRun(
        address, parameters, metrics, {"calibration.png": b"\x89PNG\r\n", "model_card.md": "# Karte é".encode()}
    )


def test_an_unknown_experiment_has_no_runs(tracker, experiment):
    assert tracker.runs(experiment) == []


def test_a_recorded_training_is_read_back_as_it_was_told(tracker, experiment):
    recorded = training("a" * 64, family="hist_gradient_boosting", seed="7", empty="", text="naïve – 5 °C, 'quoted'")

    run_id = tracker.record(experiment, recorded)

    (run,) = tracker.runs(experiment)
    assert (run.run_id, run.address) == (run_id, recorded.address)
    assert run.parameters == recorded.parameters
    assert run.metrics == recorded.metrics


def test_the_same_training_is_recorded_once_however_often_it_is_told(tracker, experiment):
    first = tracker.record(experiment, training("a" * 64))

    assert tracker.record(experiment, training("a" * 64)) == first
    assert len(tracker.runs(experiment)) == 1


def test_another_experiment_records_the_same_training_for_itself(tracker, experiment):
    tracker.record(experiment, training("a" * 64))
    tracker.record(f"{experiment}, again", training("a" * 64))

    assert len(tracker.runs(experiment)) == len(tracker.runs(f"{experiment}, again")) == 1


def test_runs_stand_newest_first(tracker, experiment):
    for address in ("b" * 64, "c" * 64, "a" * 64):
        tracker.record(experiment, training(address))

    runs = tracker.runs(experiment)
    assert [run.address[0] for run in runs] == ["a", "c", "b"]
    assert runs == sorted(runs, key=lambda run: run.started, reverse=True)


def test_a_run_says_when_it_started_in_utc(tracker, experiment):
    tracker.record(experiment, training("a" * 64))

    (run,) = tracker.runs(experiment)
    assert run.started.utcoffset() == timedelta(0)
    assert run.started <= datetime.now(UTC)


def test_many_parameters_and_metrics_are_all_kept(tracker, experiment):
    parameters = {f"parameter.{i}": str(i) for i in range(250)}
    metrics = {f"metric.{i}": i / 7 for i in range(1100)}

    tracker.record(experiment, TrainingRun("a" * 64, parameters, metrics, {}))

    (run,) = tracker.runs(experiment)
    assert (run.parameters, run.metrics) == (parameters, metrics)


def test_people_are_told_where_to_look(tracker, experiment):
    assert tracker.location(experiment)
    tracker.record(experiment, training("a" * 64))
    assert tracker.location(experiment)
