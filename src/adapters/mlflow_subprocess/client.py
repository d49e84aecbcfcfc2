"""The parent's side: starts `python -m adapters.mlflow_subprocess` and waits for its response."""

import json
import logging
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from adapters.shared.connectivity import check_connection
from delay_core.bundle import Bundle
from delay_core.errors import BundleError, BundleMissing, DelayError, NoSuchModel, ServingChanged, StoreError

_LOG = logging.getLogger(__name__)
TIMEOUT_SECONDS = 180
"""A bundle may be large and its store slow."""
_ERRORS: dict[str, type[DelayError]] = {kind.__name__: kind for kind in (BundleError, NoSuchModel, ServingChanged)}


@dataclass(frozen=True)
class MlflowSubprocess:
    """Runs one operation per child process on the MLflow server at `tracking_uri`.

    `alias` is the one that serves; `model_code` is the file that `adapters.mlflow.ModelRegistry` needs.
    """

    tracking_uri: str
    alias: str
    model_code: Path

    def load_bundle(self, name: str, version: int) -> Bundle:
        """As `ModelCatalog.load`."""
        with tempfile.TemporaryDirectory() as folder:
            self.run("load", name=name, version=version, folder=folder)
            return Bundle.from_files({path.name: path.read_bytes() for path in Path(folder).iterdir()})

    def restore_and_roll_back(self, name: str, bundle: Bundle) -> object:
        """Roll back to a version whose files are missing from the server: they are stored there again."""
        with tempfile.TemporaryDirectory() as folder:
            for file, content in bundle.files.items():
                (Path(folder) / file).write_bytes(content)
            return self.run("restore_and_roll_back", name=name, folder=folder)

    def run(self, operation: str, **parameters: object) -> object:
        """The result of the operation.

        Raises what it raises of BundleError, NoSuchModel and ServingChanged, else StoreError.
        """
        if find_spec("mlflow") is None:
            raise StoreError(f"{operation!r} on MLflow needs its client: pip install 'delay-core[mlflow]'")
        check_connection("MLflow", self.tracking_uri)  # first: a process costs seconds of CPU time
        request = {
            "operation": operation,
            "tracking_uri": self.tracking_uri,
            "alias": self.alias,
            "model_code": str(self.model_code),
            "parameters": parameters,
        }
        command = [sys.executable, "-W", "ignore", "-m", "adapters.mlflow_subprocess"]
        try:
            process = subprocess.run(  # noqa: S603 - our own module
                command, input=json.dumps(request), capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _failure(operation, str(error)) from error
        try:
            response = json.loads(process.stdout.splitlines()[-1])
        except (ValueError, IndexError) as error:
            raise _failure(operation, process.stderr[-2000:]) from error
        if "digest" in response:
            raise BundleMissing(response["message"], digest=response["digest"], public=response["public"])
        if "error" in response:
            raise _ERRORS.get(response["error"], StoreError)(response["message"], public=response["public"])
        return response["result"]


def _failure(operation: str, details: str) -> StoreError:
    _LOG.error("the MLflow subprocess %r failed: %s", operation, details)
    return StoreError(f"the MLflow subprocess {operation!r} failed or timed out; the log has the details")
