"""Trainings as MLflow runs, identified by the tag `delay.address`."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

from adapters.mlflow.connection import MlflowConnection, quote
from adapters.mlflow.reader import StoredRun
from delay_core.ports import experiment_tracker as port
from delay_core.ports.experiment_tracker import RecordedRun, TrainingRun

ADDRESS_TAG = "delay.address"


class ExperimentTracker(port.ExperimentTracker):
    """A run that is not FINISHED is incomplete: it gets the status KILLED, and the training is recorded again."""

    def __init__(self, mlflow: MlflowConnection) -> None:
        self._mlflow = mlflow

    def record(self, experiment: str, training: TrainingRun) -> str:
        from adapters.mlflow.client_reader import stored_run  # noqa: PLC0415 - reading needs no MLflow, writing does
        from adapters.mlflow.runs import find_runs, kill_unfinished_runs, log_run, open_experiment  # noqa: PLC0415
        from adapters.mlflow.trials import delete_trials, log_trials  # noqa: PLC0415

        condition = f"tags.`{ADDRESS_TAG}` = {quote(training.address)}"
        with self._mlflow.exclusive_client(f"record a training of {experiment!r}") as client:
            identity = open_experiment(client, experiment, self._mlflow.artifact_location)
            runs = [stored_run(run) for run in find_runs(client, identity, condition)]
            for run in _finished_runs_by_end(runs):
                return run.run_id
            kill_unfinished_runs(client, runs)
            written = log_run(
                client,
                identity,
                f"training {training.address[:12]}",
                tags={ADDRESS_TAG: training.address},
                parameters=training.parameters,
                metrics=training.metrics,
                files=training.files,
                before_end=partial(log_trials, client, identity, trials=training.trials),
            )
            first = _finished_runs_by_end(stored_run(run) for run in find_runs(client, identity, condition))[0].run_id
            if first != written:  # another process recorded the same training on the server
                delete_trials(client, identity, written)
                client.delete_run(written)
            return first

    def runs(self, experiment: str) -> list[RecordedRun]:
        with self._mlflow.reader(f"read the trainings of {experiment!r}") as reader:
            identity = reader.experiment_id(experiment)
            runs = [] if identity is None else reader.runs(identity, ADDRESS_TAG)
        first_by_address = {run.tags[ADDRESS_TAG]: run for run in reversed(_finished_runs_by_end(runs))}
        return [_to_recorded_run(run) for run in runs[::-1] if first_by_address.get(run.tags[ADDRESS_TAG]) is run]

    def location(self, experiment: str) -> str:
        return self._mlflow.experiment_location(experiment)


def _finished_runs_by_end(runs: Iterable[StoredRun]) -> list[StoredRun]:
    """Runs that are complete; of several runs of the same training, only the first counts."""
    return sorted((run for run in runs if run.is_finished), key=lambda run: (run.ended or 0, run.run_id))


def _to_recorded_run(run: StoredRun) -> RecordedRun:
    return RecordedRun(
        run_id=run.run_id,
        address=run.tags[ADDRESS_TAG],
        started=datetime.fromtimestamp(run.started / 1000, UTC),
        parameters=run.parameters,
        metrics=run.metrics,
    )
