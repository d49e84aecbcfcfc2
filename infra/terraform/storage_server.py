"""The S3 and IAM server of the stack `localstack`: LocalStack in Docker where an engine runs, else a local process."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

from delay_core.errors import StoreError
from infra.compose.engine import Compose, engine_problem
from infra.compose.preparation import ComposeFolder
from infra.local.s3_server import S3Server, create_client, variables_for
from infra.local.waiting import http_status

PORT = 4566
"""That of LocalStack, which `infra/compose.yaml` publishes."""
_SERVICE = "localstack"


class StorageServer(Protocol):
    """A running server, which keeps objects in memory."""

    @property
    def url(self) -> str: ...

    @property
    def environment(self) -> Mapping[str, str]: ...

    @property
    def description(self) -> str: ...

    def client(self, service: str = "s3") -> Any: ...

    def stop(self) -> bool: ...


@dataclass(frozen=True)
class LocalStackContainer:
    """The service `localstack` of `infra/compose.yaml`."""

    services: Path
    """The folder of the services' secrets and data."""

    url = f"http://127.0.0.1:{PORT}"
    description = "LocalStack in Docker"

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that configure boto3 and programs that use it for this server."""
        return variables_for(self.url)

    def client(self, service: str = "s3") -> Any:
        """boto3's client of a service of this server."""
        return create_client(self.url, service)

    def start(self) -> None:
        """Start it, and wait until it is healthy. Raises StoreError."""
        self._compose().up([_SERVICE])

    def stop(self) -> bool:
        """Stop it. Raises StoreError."""
        self._compose().stop([_SERVICE])
        return True

    def _compose(self) -> Compose:
        data = Path(os.environ.get("DELAY_DATA", "delay-data")).absolute()
        return Compose(ComposeFolder(self.services, data).prepare())


def start_server(services: Path, folder: Path, port: int | None = None) -> StorageServer:
    """The server that runs; otherwise start one, with a port as a local process there. Raises StoreError."""
    if server := running_server(services, folder):
        return server
    if port is None and engine_problem() is None:
        container = LocalStackContainer(services)
        container.start()
        return container
    return S3Server.start(folder, port or PORT)


def running_server(services: Path, folder: Path) -> StorageServer | None:
    """The server that runs, if any."""
    if server := S3Server.running(folder):
        return server
    if http_status(PORT, "/_localstack/health") == HTTPStatus.OK and engine_problem() is None:
        return LocalStackContainer(services)
    return None


def require_server(services: Path, folder: Path) -> StorageServer:
    """The server that runs. Raises StoreError."""
    server = running_server(services, folder)
    if server is None:
        raise StoreError("the S3 server does not run; start it with make infra-up")
    return server
