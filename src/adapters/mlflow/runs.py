"""MLflow's experiments and runs. A run counts only if its status is FINISHED, which is written last."""

import json
import shlex
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from adapters.mlflow.connection import already_exists
from adapters.mlflow.library import Metric, MlflowClient, MlflowException, Param, Run
from adapters.mlflow.reader import FINISHED, RUNNING, StoredRun
from delay_core.errors import StoreError

PAGE_SIZE = 1000
"""Number of runs per request."""
MAX_PARAMETER_CHARACTERS = 6000
"""MLflow refuses longer parameters."""


def experiment_id(client: MlflowClient, name: str) -> str | None:
    """The id of the experiment; None if there is none of this name."""
    experiment = client.get_experiment_by_name(name)
    return None if experiment is None else str(experiment.experiment_id)


def open_experiment(client: MlflowClient, name: str, artifact_location: str | None) -> str:
    """The id of the experiment, which is created if it is missing. Raises StoreError if it was deleted in MLflow."""
    experiment = client.get_experiment_by_name(name)
    if experiment is None:
        try:
            return str(client.create_experiment(name, artifact_location))
        except MlflowException as error:
            if not already_exists(error):  # otherwise another process created it
                raise
        return open_experiment(client, name, artifact_location)
    if experiment.lifecycle_stage != "active":
        command = f"mlflow experiments restore --experiment-id {experiment.experiment_id}"
        if client.tracking_uri.startswith("sqlite:"):  # a server's is set already, and may contain a password
            command = f"MLFLOW_TRACKING_URI={shlex.quote(client.tracking_uri)} {command}"
        raise StoreError(f"the experiment {name!r} was deleted in MLflow; restore it with `{command}`, or name another")
    return str(experiment.experiment_id)


def find_runs(client: MlflowClient, experiment: str, condition: str) -> Iterator[Run]:
    """Every run of the experiment that meets the condition, ordered by start."""
    token: str | None = ""
    while token is not None:
        order = ["attributes.start_time ASC"]
        page = client.search_runs(
            [experiment], condition, max_results=PAGE_SIZE, order_by=order, page_token=token or None
        )
        yield from page
        token = page.token or None


def kill_unfinished_runs(client: MlflowClient, runs: Iterable[StoredRun]) -> None:
    """Set the status of those runs to KILLED that a killed process left running."""
    for run in runs:
        if run.status == RUNNING:
            client.set_terminated(run.run_id, "KILLED")


def log_run(  # noqa: PLR0913 - the parts of a run in MLflow
    client: MlflowClient,
    experiment: str,
    name: str,
    *,
    tags: Mapping[str, str],
    parameters: Mapping[str, str],
    metrics: Mapping[str, float],
    files: Mapping[str, bytes],
    before_end: Callable[[str], None] = lambda _: None,
) -> str:
    """Write a new run and return its id. If the process is killed meanwhile, the run is not FINISHED.

    `before_end` is called with the id of the run, which is complete; if it raises, the run is not FINISHED. Parameters
    that MLflow would refuse are truncated and end in `…`; then the file `parameters.json` has all of them in full.
    """
    run_id = str(client.create_run(experiment, tags=dict(tags), run_name=name).info.run_id)
    now = int(time.time() * 1000)
    client.log_batch(
        run_id,
        metrics=[Metric(key, value, now, 0) for key, value in metrics.items()],
        params=[Param(key, _truncate(value)) for key, value in parameters.items()],
    )
    if any(len(value) > MAX_PARAMETER_CHARACTERS for value in parameters.values()):
        files = {**files, "parameters.json": json.dumps(dict(parameters), indent=2, ensure_ascii=False).encode()}
    with tempfile.TemporaryDirectory() as folder:
        for file, content in files.items():
            if Path(file).name != file:
                raise StoreError(f"{file!r} is not a plain file name")
            (Path(folder) / file).write_bytes(content)
        client.log_artifacts(run_id, folder)
    before_end(run_id)
    client.set_terminated(run_id, FINISHED)
    return run_id


def _truncate(value: str) -> str:
    return value if len(value) <= MAX_PARAMETER_CHARACTERS else value[: MAX_PARAMETER_CHARACTERS - 1] + "…"
