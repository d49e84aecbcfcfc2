"""Trainings as MLflow runs, found again by the tag `delay.address`."""

import shlex
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

from adapters.mlflow.reader import StoredRun
from adapters.mlflow.store import MlflowStore, quoted
from delay_core.ports import experiment_tracker as port
from delay_core.ports.experiment_tracker import RecordedRun, Training

ADDRESS = "delay.address"


class ExperimentTracker(port.ExperimentTracker):
    """A run that is not FINISHED was cut short: it is ended as KILLED, to be seen, and the training recorded anew."""

    def __init__(self, store: MlflowStore) -> None:
        self._store = store

    def record(self, experiment: str, training: Training) -> str:
        from adapters.mlflow.client_reader import stored_run  # noqa: PLC0415 - reading needs no MLflow, writing does
        from adapters.mlflow.runs import end_unfinished, find_runs, open_experiment, write_run  # noqa: PLC0415
        from adapters.mlflow.trials import delete_trials, write_trials  # noqa: PLC0415

        same = f"tags.`{ADDRESS}` = {quoted(training.address)}"
        with self._store.written(f"record a training of {experiment!r}") as client:
            identity = open_experiment(client, experiment, self._store.artifact_location)
            runs = [stored_run(run) for run in find_runs(client, identity, same)]
            for run in _oldest_first(runs):
                return run.run_id
            end_unfinished(client, runs)
            written = write_run(
                client,
                identity,
                f"training {training.address[:12]}",
                tags={ADDRESS: training.address},
                parameters=training.parameters,
                metrics=training.metrics,
                files=training.files,
                nested=partial(write_trials, client, identity, trials=training.trials),
            )
            standing = _oldest_first(stored_run(run) for run in find_runs(client, identity, same))[0].run_id
            if standing != written:  # two writers on a server at once
                delete_trials(client, identity, written)
                client.delete_run(written)
            return standing

    def runs(self, experiment: str) -> list[RecordedRun]:
        with self._store.reading(f"read the trainings of {experiment!r}") as reader:
            identity = reader.experiment_id(experiment)
            runs = [] if identity is None else reader.runs(identity, ADDRESS)
        once = {run.tags[ADDRESS]: run for run in reversed(_oldest_first(runs))}
        return [_recorded(run) for run in runs[::-1] if once.get(run.tags[ADDRESS]) is run]

    def location(self, experiment: str) -> str:
        if self._store.embedded:
            return f"mlflow ui --backend-store-uri {shlex.quote(self._store.tracking_uri)}  # experiment {experiment!r}"
        with self._store.reading(f"find the experiment {experiment!r}") as reader:
            identity = reader.experiment_id(experiment)
        page = "" if identity is None else f"/#/experiments/{identity}"
        return self._store.name.rstrip("/") + page


def _oldest_first(runs: Iterable[StoredRun]) -> list[StoredRun]:
    """The finished ones; of two that record the same training, the one that was finished first stands."""
    return sorted((run for run in runs if run.is_finished), key=lambda run: (run.ended or 0, run.run_id))


def _recorded(run: StoredRun) -> RecordedRun:
    return RecordedRun(
        run_id=run.run_id,
        address=run.tags[ADDRESS],
        started=datetime.fromtimestamp(run.started / 1000, UTC),
        parameters=run.parameters,
        metrics=run.metrics,
    )
