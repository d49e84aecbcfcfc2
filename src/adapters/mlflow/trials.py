"""What a search tried, as runs nested in the training's own."""

import time
from collections.abc import Sequence

from adapters.mlflow.library import Metric, MlflowClient, Param
from adapters.mlflow.runs import find_runs
from delay_core.reports import Trial

PARENT = "mlflow.parentRunId"
"""The tag by which MLflow nests runs."""


def write_trials(client: MlflowClient, experiment: str, parent: str, trials: Sequence[Trial]) -> None:
    """A run for each trial, in their order; its log-loss has the fold's number as its step, the newest being last."""
    folds = max((len(trial.log_losses) for trial in trials), default=0)
    for number, trial in enumerate(trials, 1):
        name = f"trial {number}: {trial.family}"
        run_id = str(client.create_run(experiment, tags={PARENT: parent}, run_name=name).info.run_id)
        now = int(time.time() * 1000)
        first = folds - len(trial.log_losses)
        client.log_batch(
            run_id,
            metrics=[Metric("log_loss", loss, now, fold) for fold, loss in enumerate(trial.log_losses, first)],
            params=[Param(key, str(value)) for key, value in _parameters(trial).items()],
        )
        client.set_terminated(run_id, "FINISHED")


def delete_trials(client: MlflowClient, experiment: str, parent: str) -> None:
    """Delete the runs nested in this one."""
    for run in list(find_runs(client, experiment, f"tags.`{PARENT}` = '{parent}'")):
        client.delete_run(run.info.run_id)


def _parameters(trial: Trial) -> dict[str, object]:
    told: dict[str, object] = {"family": trial.family, **trial.parameters, "given_up": trial.given_up}
    if trial.half_life is not None:
        told["half_life"] = trial.half_life
    if trial.rounds is not None:
        told["rounds"] = trial.rounds
    return told
