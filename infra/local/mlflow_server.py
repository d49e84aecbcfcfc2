"""An MLflow tracking server and model registry on this machine, in a background process; loopback only."""

import os
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Self

from delay_core.errors import StoreError
from infra.local.local_server import LocalServer

PORT = 5001
_SCRIPT = Path(__file__).with_name("serve_mlflow.py")
_LOCALHOST = ("localhost", "127.0.0.1", "[[]::1]")  # patterns: [[] is a bracket
_CLIENT_VARIABLES = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "PYTEST_CURRENT_TEST", "PYTHONPATH")


class MlflowServer(LocalServer):
    """A running server. Its state is in the database and the files; servers that share them are equivalent.

    The end of its `with` block stops it.
    """

    name = "mlflow"

    @classmethod
    def start(  # noqa: PLR0913 - the options of an MLflow server
        cls,
        folder: Path | str,
        backend_uri: str,
        artifacts: str | Path | None = None,
        port: int | None = None,
        *,
        allowed_hosts: Iterable[str] = (),
        environment: Mapping[str, str] | None = None,
        wait: bool = True,
    ) -> Self:
        """Start the server of this folder (lock, log) and wait for it; one that already runs is returned unchanged.

        `backend_uri` is a SQLAlchemy URL; missing tables are created. `artifacts` is a folder (by default one in
        `folder`) or an s3:// URI, for which `environment` may have endpoint and keys. `allowed_hosts` are host names
        without port that clients may use besides localhost; others get 403. Without `port`, a free one. With
        `wait=False`, clients queue until it answers. Raises StoreError.
        """
        home = Path(folder).absolute()
        names = [*_LOCALHOST, *allowed_hosts]
        location = str(artifacts or home / "artifacts")
        settings = {
            "DELAY_MLFLOW_BACKEND": backend_uri,
            "DELAY_MLFLOW_ARTIFACTS": location if "://" in location else str(Path(location).absolute()),
            "MLFLOW_SERVER_ALLOWED_HOSTS": ",".join(pattern for name in names for pattern in (name, f"{name}:*")),
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",  # it would double the memory
            "MLFLOW_DISABLE_TELEMETRY": "true",
        }
        inherited = {name: value for name, value in os.environ.items() if name not in _CLIENT_VARIABLES}
        running = cls.process(home).start(_SCRIPT, {**inherited, **settings, **(environment or {})}, port)
        server = cls(home, running.port)
        if wait:
            server.wait()
        return server

    def wait(self) -> None:
        """Wait until the server answers. Raises StoreError with the end of its log if it ends."""
        process = self.process(self.folder)
        status = process.request_status("/health")
        if status != HTTPStatus.OK:
            raise StoreError(f"MLflow answers {status} to /health; see {process.log}")
