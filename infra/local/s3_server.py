"""An S3 server on this machine: moto, for development and tests; loopback only, a process of its own."""

import os
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from infra.local.process import LocalProcess

PORT = 9000
HONESTY = "in memory: what it holds is gone when it stops; it checks no signatures"
"""What whoever uses it must know."""
_SCRIPT = Path(__file__).with_name("serve_s3.py")
_KEYS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "us-east-1"}


@dataclass(frozen=True)
class S3Server:
    """A running server, which accepts any key and forgets everything. Leaving its `with` block stops it."""

    folder: Path
    port: int

    @classmethod
    def start(
        cls,
        folder: Path | str,
        port: int | None = None,
        *,
        buckets: Iterable[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> Self:
        """Start the server of this folder (lock, log) with these buckets; one that runs already is taken as it is.

        Without `port`, a free one. `environment` may hold moto's own settings. Raises StoreError.
        """
        home = Path(folder).absolute()
        process = _process(home)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        server = cls(home, process.start(_SCRIPT, {**inherited, **(environment or {})}, port).port)
        process.ask("/")
        server.make(buckets)
        return server

    @classmethod
    def running(cls, folder: Path | str) -> Self | None:
        """The server of this folder, if it lives, whoever started it."""
        home = Path(folder).absolute()
        running = _process(home).running()
        return cls(home, running.port) if running else None

    @property
    def url(self) -> str:
        """The endpoint."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables by which boto3, and whatever stands on it, finds this server."""
        return {"AWS_ENDPOINT_URL_S3": self.url, "MLFLOW_S3_ENDPOINT_URL": self.url, **_KEYS}

    def make(self, buckets: Iterable[str]) -> None:
        """Make these buckets where they are not there."""
        import boto3  # noqa: PLC0415 - half a second, which asking for the state is spared

        client = boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=_KEYS["AWS_DEFAULT_REGION"],
            aws_access_key_id=_KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=_KEYS["AWS_SECRET_ACCESS_KEY"],
        )
        with closing(client):
            for bucket in buckets:
                client.create_bucket(Bucket=bucket)  # in us-east-1, making one's own bucket again changes nothing

    def stop(self) -> bool:
        """End it; whether it ran. Raises StoreError when it does not end."""
        return _process(self.folder).stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _process(home: Path) -> LocalProcess:
    return LocalProcess("s3", home)
