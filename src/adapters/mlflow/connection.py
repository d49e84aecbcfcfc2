"""A connection to MLflow, opened when it is first needed, whose errors become the product's own."""

import os
import shlex
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
from delay_core.file_urls import sqlite_path, sqlite_url

if TYPE_CHECKING:
    from adapters.mlflow.embedded import EmbeddedDatabase
    from adapters.mlflow.library import MlflowClient, MlflowException


class MlflowConnection:
    """MLflow at one tracking URI. Creating this object opens nothing and changes no global state of MLflow."""

    def __init__(self, tracking_uri: str, artifact_root: str | None = None) -> None:
        """`sqlite:///<file>` is embedded, any other URI a server.

        Runs of new experiments store their files in `artifact_root` (a folder or a URI); by default, a server decides,
        and the embedded MLflow uses the folder `artifacts` beside its file. Raises StoreError.
        """
        self.embedded = tracking_uri.startswith("sqlite:")
        file = sqlite_path(tracking_uri)
        if "://" not in tracking_uri or (self.embedded and file is None):
            advice = "use sqlite:///<file> or http://<host>:<port>"
            raise StoreError(f"{tracking_uri!r} is no tracking URI; {advice}", public=f"no tracking URI; {advice}")
        self._file = (file or Path()).absolute()
        self._artifact_root = artifact_root
        self.tracking_uri = sqlite_url(self._file) if self.embedded else tracking_uri
        self._password = urlsplit(tracking_uri).password
        self.name = str(self._file) if self.embedded else self._redact(self.tracking_uri)
        """Its file, or its tracking URI without the password: for people."""

    @property
    def artifact_location(self) -> str | None:
        """The URI below which runs of a new experiment store their files; None if the server decides."""
        if self._artifact_root is not None and "://" in self._artifact_root:
            return self._artifact_root
        if self._artifact_root is not None:
            return Path(self._artifact_root).absolute().as_uri()
        return (self._file.parent / "artifacts").as_uri() if self.embedded else None

    def experiment_location(self, experiment: str) -> str:
        """A URL, or the command of the embedded MLflow, that shows the experiment, for people. Raises StoreError."""
        if self.embedded:
            return f"mlflow ui --backend-store-uri {shlex.quote(self.tracking_uri)}"
        with self.reader(f"find the experiment {experiment!r}") as reader:
            identity = reader.experiment_id(experiment)
        page = "" if identity is None else f"/#/experiments/{identity}"
        return self.name.rstrip("/") + page

    @contextmanager
    def reader(self, purpose: str) -> Iterator[MlflowReader]:
        """A reader; errors as in `client`. The embedded MLflow is read without its library if its tables are known."""
        reader = EmbeddedReader.open(self._file, self.client_reader) if self.embedded else None
        if reader is None:
            with self.client(purpose):
                yield self.client_reader()
            return
        try:
            yield reader
        except (sqlite3.Error, OSError) as error:
            raise self._store_error(purpose, error) from error
        finally:
            reader.close()

    def client_reader(self) -> MlflowReader:
        """A reader that uses MLflow's client; only inside a block of `client`."""
        from adapters.mlflow.client_reader import ClientReader  # noqa: PLC0415 - imports MLflow

        return ClientReader(self._client, self.tracking_uri)

    @contextmanager
    def client(self, purpose: str) -> "Iterator[MlflowClient]":
        """MLflow's client. Its errors become StoreErrors that name the purpose; without a server, immediately."""
        if self.tracking_uri.startswith("http") and (reason := tcp_connect_error(self.tracking_uri)):
            raise StoreError(
                f"cannot {purpose} in MLflow at {self.name}: {reason}; {self._advice}",
                public=f"cannot {purpose} in MLflow: {reason}",
            )
        try:
            yield self._client
        except self._errors as error:
            cause = None if self._password else error  # MLflow's own errors contain the tracking URI
            raise self._store_error(purpose, error) from cause

    @contextmanager
    def exclusive_client(self, purpose: str) -> "Iterator[MlflowClient]":
        """As `client`. The embedded MLflow has one writer at a time; writers to a server are concurrent."""
        with self.client(purpose) as client, self._database.lock() if self.embedded else nullcontext():
            yield client

    def _store_error(self, purpose: str, error: Exception) -> StoreError:
        text = self._redact(" ".join(str(error).split()))[:500]
        return StoreError(
            f"cannot {purpose} in MLflow at {self.name}: {text}; {self._advice}", public=f"cannot {purpose} in MLflow"
        )

    @cached_property
    def _client(self) -> "MlflowClient":
        from adapters.mlflow.library import MlflowClient  # noqa: PLC0415 - as in client_reader

        if self.embedded:
            self._database.create_if_missing()
        elif self.tracking_uri.startswith("http"):
            from adapters.mlflow.authentication import check_authentication  # noqa: PLC0415

            check_authentication(os.environ)
        return MlflowClient(self.tracking_uri, self.tracking_uri)

    @cached_property
    def _database(self) -> "EmbeddedDatabase":
        from adapters.mlflow.embedded import EmbeddedDatabase  # noqa: PLC0415 - takes 1.7 s, and a server does not need it

        return EmbeddedDatabase(self._file, str(self.artifact_location))

    @property
    def _errors(self) -> tuple[type[Exception], ...]:
        from requests import RequestException  # noqa: PLC0415 - as in client_reader

        from adapters.mlflow.library import MlflowException  # noqa: PLC0415

        errors = (MlflowException, RequestException, OSError)
        if self.tracking_uri.startswith("http"):
            return errors
        from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - mlflow-skinny, for servers, does not install it

        return (*errors, SQLAlchemyError)

    def _redact(self, text: str) -> str:
        return text.replace(f":{self._password}@", ":***@") if self._password else text

    @property
    def _advice(self) -> str:
        if self.embedded:
            return "is the folder writable, does the disk have space, is the file an MLflow database of this version?"
        return "is the server up, and is this its tracking URI?"


def is_missing(error: "MlflowException") -> bool:
    """Whether MLflow reports that the object does not exist."""
    return bool(error.error_code == "RESOURCE_DOES_NOT_EXIST")


def already_exists(error: "MlflowException") -> bool:
    """Whether MLflow reports that the object exists already."""
    return bool(error.error_code == "RESOURCE_ALREADY_EXISTS")


def quote(value: str) -> str:
    """The value as a literal of MLflow's search language. Raises StoreError if it contains an apostrophe."""
    if "'" in value:
        raise StoreError(f"{value!r}: MLflow cannot search for an apostrophe; use another name")
    return f"'{value}'"
