"""Trainings as MLflow runs, found again by the tag `delay.address`."""

import shlex
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

from adapters.mlflow.library import Run
from adapters.mlflow.runs import end_unfinished, experiment_id, find_runs, is_finished, open_experiment, write_run
from adapters.mlflow.store import MlflowStore, quoted
from adapters.mlflow.trials import delete_trials, write_trials
from delay_core.ports import experiment_tracker as port
from delay_core.ports.experiment_tracker import RecordedRun, Training

ADDRESS = "delay.address"


class ExperimentTracker(port.ExperimentTracker):
    """A run that is not FINISHED was cut short: it is ended as KILLED, to be seen, and the training recorded anew."""

    def __init__(self, store: MlflowStore) -> None:
        self._store = store

    def record(self, experiment: str, training: Training) -> str:
        same = f"tags.`{ADDRESS}` = {quoted(training.address)}"
        with self._store.written(f"record a training of {experiment!r}") as client:
            identity = open_experiment(client, experiment, self._store.artifact_location)
            runs = list(find_runs(client, identity, same))
            for run in _oldest_first(runs):
                return str(run.info.run_id)
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
            standing = str(_oldest_first(find_runs(client, identity, same))[0].info.run_id)
            if standing != written:  # two writers on a server at once
                delete_trials(client, identity, written)
                client.delete_run(written)
            return standing

    def runs(self, experiment: str) -> list[RecordedRun]:
        with self._store.reached(f"read the trainings of {experiment!r}") as client:
            identity = experiment_id(client, experiment)
            found = [] if identity is None else list(find_runs(client, identity, f"tags.`{ADDRESS}` != ''"))
        once = {run.data.tags[ADDRESS]: run for run in reversed(_oldest_first(found))}
        return [_told(run) for run in found[::-1] if once.get(run.data.tags[ADDRESS]) is run]

    def where(self, experiment: str) -> str:
        if self._store.embedded:
            return f"mlflow ui --backend-store-uri {shlex.quote(self._store.tracking_uri)}  # experiment {experiment!r}"
        with self._store.reached(f"find the experiment {experiment!r}") as client:
            identity = experiment_id(client, experiment)
        page = "" if identity is None else f"/#/experiments/{identity}"
        return self._store.name.rstrip("/") + page


def _oldest_first(runs: Iterable[Run]) -> list[Run]:
    """The finished ones; of two that record the same training, the one that was finished first stands."""
    return sorted(filter(is_finished, runs), key=lambda run: (run.info.end_time, run.info.run_id))


def _told(run: Run) -> RecordedRun:
    return RecordedRun(
        run_id=run.info.run_id,
        address=run.data.tags[ADDRESS],
        started=datetime.fromtimestamp(run.info.start_time / 1000, UTC),
        parameters=dict(run.data.params),
        metrics=dict(run.data.metrics),
    )
