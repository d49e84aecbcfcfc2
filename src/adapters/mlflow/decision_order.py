"""Which decision follows another: the one whose run the parameter `delay.successor.0` of the earlier one names.

MLflow never changes a parameter of a run, so that of several writers one succeeds: that makes its decision count.
"""

from itertools import count

from adapters.mlflow.connection import is_missing
from adapters.mlflow.library import MlflowClient, MlflowException, Run
from adapters.mlflow.reader import FINISHED, StoredRun

_SUCCESSOR = "delay.successor"
_REFUSED = "INVALID_PARAMETER_VALUE"


class SuccessorExists(Exception):
    """Another decision follows already."""


def append_after(client: MlflowClient, earlier: StoredRun | None, run_id: str) -> None:
    """Let the decision in this run follow the earlier one. Raises SuccessorExists.

    The first decision about a model follows none: nothing prevents a second first one on a server.
    """
    if earlier is None:
        return
    key, successor = _read_successor(client, earlier)
    if successor is not None:
        raise SuccessorExists
    try:
        client.log_param(earlier.run_id, key, run_id)
    except MlflowException as error:
        if error.error_code == _REFUSED and key in client.get_run(earlier.run_id).data.params:
            raise SuccessorExists from error
        raise


def finish_successor(client: MlflowClient, earlier: StoredRun) -> bool:
    """Whether a decision follows; one whose writer was killed, or is slow, is finished: it is written completely."""
    successor = _read_successor(client, earlier)[1]
    if successor is not None and successor.info.status != FINISHED:
        client.set_terminated(successor.info.run_id, FINISHED)
    return successor is not None


def _read_successor(client: MlflowClient, earlier: StoredRun) -> tuple[str, Run | None]:
    """The run of the decision that follows, or None, and the parameter that names it.

    Each run that somebody deleted in MLflow leaves a parameter behind; the next one counts.
    """
    parameters = client.get_run(earlier.run_id).data.params
    key, successor = f"{_SUCCESSOR}.0", None
    for number in count(1):
        if key not in parameters or (successor := _find_run(client, parameters[key])) is not None:
            break
        key = f"{_SUCCESSOR}.{number}"
    return key, successor


def _find_run(client: MlflowClient, run_id: str) -> Run | None:
    """The run; None if it was deleted."""
    try:
        run = client.get_run(run_id)
    except MlflowException as error:
        if is_missing(error):
            return None
        raise
    return run if run.info.lifecycle_stage == "active" else None
