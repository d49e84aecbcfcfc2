"""Sends a process on an errand, and waits for it."""

import json
import logging
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from adapters.files import read_bundle
from adapters.shared.connectivity import tcp_connect_error
from delay_core.bundle import Bundle
from delay_core.errors import BundleError, DelayError, NoSuchModel, StoreError
from delay_core.ports.model_registry import ModelVersion
from delay_core.promotion import Decision

_LOG = logging.getLogger("delay.api")
SECONDS = 180
"""A bundle may be large, and its store slow."""
_ERRORS: dict[str, type[DelayError]] = {kind.__name__: kind for kind in (BundleError, NoSuchModel)}


@dataclass(frozen=True)
class Errands:
    """Errands to the MLflow server at this URI, about the version at this alias."""

    tracking_uri: str
    alias: str

    def load(self, name: str, version: int) -> Bundle:
        """What `ModelRegistry.load` gives. Raises as that does."""
        with tempfile.TemporaryDirectory() as folder:
            self._send("load", name, str(version), folder)
            return read_bundle(folder)

    def record(self, version: ModelVersion) -> bool:
        """Whether no decision had put the version into service; then it is recorded. Raises StoreError."""
        return bool(self._send("record", version.name, str(version.version), version.digest))

    def rollback(self, name: str) -> Decision:
        """What the use case Rollback decides. Raises as that does."""
        return Decision.model_validate(self._send("rollback", name))

    def _send(self, *arguments: str) -> object:
        if why := tcp_connect_error(self.tracking_uri):  # told at once: to begin costs seconds of a whole core
            raise StoreError(f"MLflow: {why}")
        command = [sys.executable, "-W", "ignore", "-m", "entrypoints.errands", *arguments]
        environment = {**os.environ, "MLFLOW_TRACKING_URI": self.tracking_uri, "MODEL_ALIAS": self.alias}
        try:
            ended = subprocess.run(  # noqa: S603 - our own module
                command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _unfinished(arguments[0], str(error)) from error
        try:
            told = json.loads(ended.stdout.splitlines()[-1])
        except (ValueError, IndexError) as error:
            raise _unfinished(arguments[0], ended.stderr[-2000:]) from error
        if "error" in told:
            raise _ERRORS.get(told["error"], StoreError)(told["message"])
        return told["done"]


def _unfinished(errand: str, why: str) -> StoreError:
    _LOG.error("the errand %s failed: %s", errand, why)
    return StoreError(f"the errand {errand!r} did not come to an end")
