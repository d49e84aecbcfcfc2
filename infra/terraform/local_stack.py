"""The stack `localstack` on this machine: its server, Terraform's state, and the objects between two starts."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.private_files import exclusive_lock
from infra.local.service_urls import ServiceUrls, Urls
from infra.local.services import BUCKETS
from infra.terraform.command import FOLDER, Terraform
from infra.terraform.saved_objects import restore_objects, save_objects
from infra.terraform.storage_server import StorageServer, require_server, running_server, start_server

_OWNER = "infrastructure"


@dataclass(frozen=True)
class StartedStack:
    """What `up` did."""

    urls: Urls
    server: str
    """What runs, in words."""
    restored: int
    """Objects that were restored."""


class LocalStack:
    """The server and its buckets, in the subfolder `infrastructure` of the services' folder."""

    def __init__(self, services: Path) -> None:
        self._services = services.absolute()
        self._folder = self._services / _OWNER
        self._urls = ServiceUrls(self._services)

    def up(self, port: int | None = None) -> StartedStack:
        """Start the server unless it runs, apply the stack, restore objects, and write the URLs. Raises StoreError.

        With a port, the server is a local process, even where Docker is.
        """
        with self._exclusive():
            server = start_server(self._services, self._folder, port)
            terraform = self.terraform
            terraform.init(f"-backend-config=path={self._folder / 'terraform.tfstate'}")
            terraform.apply()
            with closing(server.client()) as client:
                restored = sum(restore_objects(client, bucket, self._saved) for bucket in BUCKETS)
            with exclusive_lock(self._services / "lock"):
                self._urls.write(_OWNER, server.environment)
        return StartedStack(server.environment, server.description, restored)

    def drift(self) -> str | None:
        """What differs from the stack; None if nothing does. Raises StoreError."""
        with self._exclusive():
            return self.terraform.drift()

    def down(self, *, purge: bool = False) -> int | None:
        """Save the objects and stop the server; their number, None if it did not run. Raises StoreError.

        `purge` deletes them instead, and Terraform's state.
        """
        with self._exclusive():
            with exclusive_lock(self._services / "lock"):
                self._urls.remove(_OWNER)
            saved = None
            if server := running_server(self._services, self._folder):
                saved = 0 if purge else self._save(server)
                server.stop()
            if purge:
                shutil.rmtree(self._folder)
        return saved

    @property
    def server(self) -> StorageServer:
        """The running server. Raises StoreError."""
        return require_server(self._services, self._folder)

    @property
    def terraform(self) -> Terraform:
        """The stack on that server. Raises StoreError."""
        return Terraform(FOLDER / "stacks" / "localstack", self._folder / "terraform", {"endpoint": self.server.url})

    @property
    def _saved(self) -> Path:
        return self._folder / "objects"

    def _save(self, server: StorageServer) -> int:
        with closing(server.client()) as client:
            existing = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
            return sum(save_objects(client, bucket, self._saved) for bucket in BUCKETS if bucket in existing)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with exclusive_lock(self._folder / "lock"):
            yield
