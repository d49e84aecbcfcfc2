"""The trials of a search, as runs nested in the run of the training."""

import time
from collections.abc import Sequence

from adapters.mlflow.library import Metric, MlflowClient, Param
from adapters.mlflow.runs import find_runs
from delay_core.reports import Trial

PARENT_TAG = "mlflow.parentRunId"
"""The tag by which MLflow nests runs."""


def log_trials(client: MlflowClient, experiment: str, parent: str, trials: Sequence[Trial]) -> None:
    """Log a run for each trial, in order. The step of a log-loss is the number of its fold; the newest fold is last."""
    folds = max((len(trial.log_losses) for trial in trials), default=0)
    for number, trial in enumerate(trials, 1):
        name = f"trial {number}: {trial.family}"
        run_id = str(client.create_run(experiment, tags={PARENT_TAG: parent}, run_name=name).info.run_id)
        now = int(time.time() * 1000)
        first_fold = folds - len(trial.log_losses)
        client.log_batch(
            run_id,
            metrics=[Metric("log_loss", loss, now, fold) for fold, loss in enumerate(trial.log_losses, first_fold)],
            params=[Param(key, str(value)) for key, value in _parameters(trial).items()],
        )
        client.set_terminated(run_id, "FINISHED")


def delete_trials(client: MlflowClient, experiment: str, parent: str) -> None:
    """Delete the runs nested in the run `parent`."""
    for run in list(find_runs(client, experiment, f"tags.`{PARENT_TAG}` = '{parent}'")):
        client.delete_run(run.info.run_id)


def _parameters(trial: Trial) -> dict[str, object]:
    parameters: dict[str, object] = {"family": trial.family, **trial.parameters, "given_up": trial.pruned}
    if trial.half_life is not None:
        parameters["half_life"] = trial.half_life
    if trial.rounds is not None:
        parameters["rounds"] = trial.rounds
    return parameters
