"""MLflow's experiments and runs: a run counts once it is FINISHED, which is the last thing written."""

import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from adapters.mlflow.library import Metric, MlflowClient, MlflowException, Param, Run
from adapters.mlflow.reader import FINISHED, RUNNING, StoredRun
from adapters.mlflow.store import is_taken
from delay_core.errors import StoreError

PAGE = 1000
"""Runs that MLflow is asked for at a time."""
PARAMETER_LIMIT = 6000
"""Characters that MLflow keeps of a parameter."""


def experiment_id(client: MlflowClient, name: str) -> str | None:
    """The experiment's id, if there is such an experiment."""
    experiment = client.get_experiment_by_name(name)
    return None if experiment is None else str(experiment.experiment_id)


def open_experiment(client: MlflowClient, name: str, artifact_location: str | None) -> str:
    """The experiment's id; it is made when needed. Raises StoreError when somebody deleted it."""
    experiment = client.get_experiment_by_name(name)
    if experiment is None:
        try:
            return str(client.create_experiment(name, artifact_location))
        except MlflowException as error:
            if not is_taken(error):  # another process made it just now
                raise
        return open_experiment(client, name, artifact_location)
    if experiment.lifecycle_stage != "active":
        command = f"mlflow experiments restore --experiment-id {experiment.experiment_id}"
        raise StoreError(f"the experiment {name!r} was deleted in MLflow; restore it with `{command}`, or name another")
    return str(experiment.experiment_id)


def find_runs(client: MlflowClient, experiment: str, condition: str) -> Iterator[Run]:
    """Every run of the experiment that meets the condition, oldest first."""
    token: str | None = ""
    while token is not None:
        order = ["attributes.start_time ASC"]
        page = client.search_runs([experiment], condition, max_results=PAGE, order_by=order, page_token=token or None)
        yield from page
        token = page.token or None


def end_unfinished(client: MlflowClient, runs: Iterable[StoredRun]) -> None:
    """End as KILLED those of the runs that a killed writer left running."""
    for run in runs:
        if run.status == RUNNING:
            client.set_terminated(run.run_id, "KILLED")


def write_run(  # noqa: PLR0913 - what a run holds in MLflow, each under its own name
    client: MlflowClient,
    experiment: str,
    name: str,
    *,
    tags: Mapping[str, str],
    parameters: Mapping[str, str],
    metrics: Mapping[str, float],
    files: Mapping[str, bytes],
    nested: Callable[[str], None] = lambda _: None,
) -> str:
    """A new run with all of this; its id. A run cut short anywhere is not FINISHED.

    `nested` is given the id, and writes what belongs into the run as runs of their own.

    Parameters longer than MLflow keeps end in `…`, and then the file `parameters.json` holds all of them whole.
    """
    run_id = str(client.create_run(experiment, tags=dict(tags), run_name=name).info.run_id)
    now = int(time.time() * 1000)
    client.log_batch(
        run_id,
        metrics=[Metric(key, value, now, 0) for key, value in metrics.items()],
        params=[Param(key, _clipped(value)) for key, value in parameters.items()],
    )
    if any(len(value) > PARAMETER_LIMIT for value in parameters.values()):
        files = {**files, "parameters.json": json.dumps(dict(parameters), indent=2, ensure_ascii=False).encode()}
    with tempfile.TemporaryDirectory() as folder:
        for file, content in files.items():
            if Path(file).name != file:
                raise StoreError(f"{file!r} is not a plain file name")
            (Path(folder) / file).write_bytes(content)
        client.log_artifacts(run_id, folder)
    nested(run_id)
    client.set_terminated(run_id, FINISHED)
    return run_id


def _clipped(value: str) -> str:
    return value if len(value) <= PARAMETER_LIMIT else value[: PARAMETER_LIMIT - 1] + "…"
