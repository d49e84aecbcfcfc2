"""An MLflow tracking server and model registry on this machine: loopback only, a process of its own."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from delay_core.errors import StoreError
from infra.local.process import LocalProcess

PORT = 5001
_SCRIPT = Path(__file__).with_name("serve_mlflow.py")
_LOCALHOST = ("localhost", "127.0.0.1", "[[]::1]")  # patterns: [[] is a bracket
_NO_BUSINESS_OF_A_SERVER = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "PYTEST_CURRENT_TEST", "PYTHONPATH")


@dataclass(frozen=True)
class MlflowServer:
    """A running server. It keeps nothing of its own: servers that share a database and files are one MLflow.

    Leaving its `with` block stops it.
    """

    folder: Path
    port: int

    @classmethod
    def start(  # noqa: PLR0913 - what an MLflow server is told, each under its own name
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
        """Start the server of this folder (lock, log), until it answers; one that runs already is taken as it is.

        `backend_uri` is a SQLAlchemy URL; its tables are made when needed. `artifacts` is a folder (by default one in
        `folder`) or an s3:// URI, for which `environment` may name endpoint and keys. `allowed_hosts` are the names,
        without port, by which callers may know it beside localhost: any other gets 403. Without `port`, a free one.
        Without waiting, callers queue until it answers. Raises StoreError.
        """
        home = Path(folder).absolute()
        names = [*_LOCALHOST, *allowed_hosts]
        place = str(artifacts or home / "artifacts")
        settings = {
            "DELAY_MLFLOW_BACKEND": backend_uri,
            "DELAY_MLFLOW_ARTIFACTS": place if "://" in place else str(Path(place).absolute()),
            "MLFLOW_SERVER_ALLOWED_HOSTS": ",".join(form for name in names for form in (name, f"{name}:*")),
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",  # it would double the memory
            "MLFLOW_DISABLE_TELEMETRY": "true",
        }
        inherited = {name: value for name, value in os.environ.items() if name not in _NO_BUSINESS_OF_A_SERVER}
        running = _process(home).start(_SCRIPT, {**inherited, **settings, **(environment or {})}, port)
        server = cls(home, running.port)
        if wait:
            server.wait()
        return server

    @classmethod
    def running(cls, folder: Path | str) -> Self | None:
        """The server of this folder, if it lives, whoever started it."""
        home = Path(folder).absolute()
        running = _process(home).running()
        return cls(home, running.port) if running else None

    @property
    def url(self) -> str:
        """The tracking URI."""
        return f"http://127.0.0.1:{self.port}"

    def wait(self) -> None:
        """Wait until it answers. Raises StoreError with the end of its log when it dies instead."""
        process = _process(self.folder)
        status = process.ask("/health")
        if status != HTTPStatus.OK:
            raise StoreError(f"MLflow answers {status} when asked for its health; see {process.log}")

    def stop(self, *, immediate: bool = False) -> bool:
        """End it, `immediate` as a power cut would; whether it ran. Raises StoreError when it does not end."""
        return _process(self.folder).stop(immediate=immediate)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _process(home: Path) -> LocalProcess:
    return LocalProcess("mlflow", home)
