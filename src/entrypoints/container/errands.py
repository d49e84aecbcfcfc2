"""Sends a process on an errand, and waits for it."""

import json
import logging
import os
import subprocess
import sys
import tempfile

from adapters.reach import unreachable
from delay_core.bundle import Bundle
from delay_core.errors import BundleError, DelayError, NoSuchModel, StoreError
from delay_core.ports.model_registry import ModelVersion
from delay_core.promotion import Decision

_LOG = logging.getLogger("delay.api")
SECONDS = 180
"""A bundle may be large, and its store slow."""
_ERRORS: dict[str, type[DelayError]] = {kind.__name__: kind for kind in (BundleError, NoSuchModel)}


def load(name: str, version: int) -> Bundle:
    """What `ModelRegistry.load` gives, done by a process of its own. Raises as that does."""
    from adapters.files import read_bundle  # noqa: PLC0415 - as in makers

    with tempfile.TemporaryDirectory() as folder:
        _send("load", name, str(version), folder)
        return read_bundle(folder)


def record(version: ModelVersion) -> bool:
    """Whether no decision had put the version into service; then it is recorded. Raises StoreError."""
    return bool(_send("record", version.name, str(version.version), version.digest))


def rollback(name: str) -> Decision:
    """What the use case Rollback decides. Raises as that does."""
    return Decision.model_validate(_send("rollback", name))


def _send(*arguments: str) -> object:
    if why := unreachable(os.environ["MLFLOW_TRACKING_URI"]):  # told at once: to begin costs seconds of a whole core
        raise StoreError(f"MLflow: {why}")
    command = [sys.executable, "-W", "ignore", "-m", "entrypoints.errands", *arguments]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 - our own module
        told = json.loads(ended.stdout.splitlines()[-1])
    except (OSError, subprocess.TimeoutExpired, ValueError, IndexError) as error:
        _LOG.error("the errand %s failed: %s", arguments[0], getattr(error, "stderr", None) or error)
        raise StoreError(f"the errand {arguments[0]!r} did not come to an end") from error
    if "error" in told:
        raise _ERRORS.get(told["error"], StoreError)(told["message"])
    return told["done"]
