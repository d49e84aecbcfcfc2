"""One MLflow, reached by its tracking URI: opened when first needed, its errors told in the product's words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adapters.mlflow.embedded_reader import EmbeddedReader
from adapters.mlflow.reader import MlflowReader
from adapters.shared.connectivity import tcp_connect_error
from delay_core.errors import StoreError

if TYPE_CHECKING:
    from adapters.mlflow.embedded import EmbeddedDatabase
    from adapters.mlflow.library import MlflowClient, MlflowException

_EMBEDDED = "sqlite:///"


class MlflowStore:
    """Where runs and registered models lie. Creating this object opens nothing, and sets nothing global in MLflow."""

    def __init__(self, tracking_uri: str, artifact_root: str | None = None) -> None:
        """`sqlite:///<file>` is embedded, anything else a server.

        `artifact_root` (a folder or a URI) is where runs of new experiments put their files; without it, a server
        decides, and the embedded store puts them into `artifacts` beside its file. Raises StoreError.
        """
        self.embedded = tracking_uri.startswith("sqlite:")
        path = tracking_uri.removeprefix(_EMBEDDED)
        if "://" not in tracking_uri or (self.embedded and path in (tracking_uri, "", ":memory:")):
            advice = "write sqlite:///<file> or http://<host>:<port>"
            raise StoreError(f"{tracking_uri!r} is no tracking URI; {advice}", public=f"no tracking URI; {advice}")
        self._file = Path(path).absolute()
        self._artifact_root = artifact_root
        self.tracking_uri = f"{_EMBEDDED}{self._file}" if self.embedded else tracking_uri
        self._password = urlsplit(tracking_uri).password
        self.name = self._masked(self.tracking_uri)
        """The tracking URI as it may be shown."""

    @property
    def artifact_location(self) -> str | None:
        """The URI under which runs of a new experiment put their files; None where the server decides."""
        if self._artifact_root is not None and "://" in self._artifact_root:
            return self._artifact_root
        if self._artifact_root is not None:
            return Path(self._artifact_root).absolute().as_uri()
        return (self._file.parent / "artifacts").as_uri() if self.embedded else None

    @contextmanager
    def reading(self, purpose: str) -> Iterator[MlflowReader]:
        """A reader; errors as of `reached`. Of the embedded store it needs no MLflow, where the file is a known one."""
        reader = EmbeddedReader.open(self._file, self.client_reader) if self.embedded else None
        if reader is None:
            with self.reached(purpose):
                yield self.client_reader()
            return
        try:
            yield reader
        except (sqlite3.Error, OSError) as error:
            raise self._refusal(purpose, error) from error
        finally:
            reader.close()

    def client_reader(self) -> MlflowReader:
        """A reader that asks MLflow's client; to be used within `reached`."""
        from adapters.mlflow.client_reader import ClientReader  # noqa: PLC0415 - imports MLflow

        return ClientReader(self._client, self.tracking_uri)

    @contextmanager
    def reached(self, purpose: str) -> "Iterator[MlflowClient]":
        """A client; what goes wrong with it becomes a StoreError that names the purpose, at once without a server."""
        if self.tracking_uri.startswith("http") and (why := tcp_connect_error(self.tracking_uri)):
            raise StoreError(
                f"cannot {purpose} in MLflow at {self.name}: {why}; {self._advice}",
                public=f"cannot {purpose} in MLflow: {why}",
            )
        try:
            yield self._client
        except self._errors as error:
            cause = None if self._password else error  # MLflow's own errors spell the tracking URI out
            raise self._refusal(purpose, error) from cause

    @contextmanager
    def written(self, purpose: str) -> "Iterator[MlflowClient]":
        """As `reached`, but the embedded store has one writer at a time; a server's writers are on their own."""
        with self.reached(purpose) as client, self._database.locked() if self.embedded else nullcontext():
            yield client

    def _refusal(self, purpose: str, error: Exception) -> StoreError:
        text = self._masked(" ".join(str(error).split()))[:500]
        return StoreError(
            f"cannot {purpose} in MLflow at {self.name}: {text}; {self._advice}", public=f"cannot {purpose} in MLflow"
        )

    @cached_property
    def _client(self) -> "MlflowClient":
        from adapters.mlflow.library import MlflowClient  # noqa: PLC0415 - as in client_reader

        if self.embedded:
            self._database.ensure()
        return MlflowClient(self.tracking_uri, self.tracking_uri)

    @cached_property
    def _database(self) -> "EmbeddedDatabase":
        from adapters.mlflow.embedded import EmbeddedDatabase  # noqa: PLC0415 - 1.7 s, which a server's client is spared

        return EmbeddedDatabase(self._file, str(self.artifact_location))

    @property
    def _errors(self) -> tuple[type[Exception], ...]:
        from requests import RequestException  # noqa: PLC0415 - as in client_reader

        from adapters.mlflow.library import MlflowException  # noqa: PLC0415

        known = (MlflowException, RequestException, OSError)
        if self.tracking_uri.startswith("http"):
            return known
        from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - mlflow-skinny, for servers, comes without it

        return (*known, SQLAlchemyError)

    def _masked(self, text: str) -> str:
        return text.replace(f":{self._password}@", ":***@") if self._password else text

    @property
    def _advice(self) -> str:
        if self.embedded:
            return "is the folder writable, the disk not full, the file an MLflow database of this version?"
        return "is the server up, and is this its tracking URI?"


def is_missing(error: "MlflowException") -> bool:
    """Whether MLflow says that there is no such thing."""
    return bool(error.error_code == "RESOURCE_DOES_NOT_EXIST")


def is_taken(error: "MlflowException") -> bool:
    """Whether MLflow says that the thing is there already."""
    return bool(error.error_code == "RESOURCE_ALREADY_EXISTS")


def quoted(value: str) -> str:
    """The value as MLflow's search language writes it. Raises StoreError for what it cannot write."""
    if "'" in value:
        raise StoreError(f"{value!r}: MLflow cannot search for an apostrophe; use another name")
    return f"'{value}'"
