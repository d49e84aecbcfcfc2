"""An S3 server on this machine: moto in a background process, for development and tests; loopback only."""

import os
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Self

from infra.local.local_server import LocalServer

PORT = 9000
LIMITATIONS = "in memory: its objects are lost when it stops; it does not check signatures"
_SCRIPT = Path(__file__).with_name("serve_s3.py")
_KEYS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "us-east-1"}


class S3Server(LocalServer):
    """A running server, which accepts any key and stores nothing. The end of its `with` block stops it."""

    name = "s3"

    @classmethod
    def start(
        cls,
        folder: Path | str,
        port: int | None = None,
        *,
        buckets: Iterable[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> Self:
        """Start the server of this folder (lock, log) with these buckets; one that already runs is returned unchanged.

        Without `port`, a free one. `environment` may have moto's settings. Raises StoreError.
        """
        home = Path(folder).absolute()
        process = cls.process(home)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        server = cls(home, process.start(_SCRIPT, {**inherited, **(environment or {})}, port).port)
        process.request_status("/")
        server.create_buckets(buckets)
        return server

    description = "a local process, which checks no signatures"

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that configure boto3 and programs that use it for this server."""
        return variables_for(self.url)

    def client(self, service: str = "s3") -> Any:
        """boto3's client of a service of this server, with any key."""
        return create_client(self.url, service)

    def create_buckets(self, buckets: Iterable[str]) -> None:
        """Create the buckets that do not exist."""
        with closing(self.client()) as client:
            for bucket in buckets:
                client.create_bucket(Bucket=bucket)  # in us-east-1, creating an own bucket again changes nothing


def variables_for(url: str) -> Mapping[str, str]:
    """The variables that configure boto3, and programs that use it, for a server that accepts any key."""
    return {"AWS_ENDPOINT_URL_S3": url, "MLFLOW_S3_ENDPOINT_URL": url, **_KEYS}


def create_client(url: str, service: str) -> Any:
    """boto3's client of a service of a server that accepts any key."""
    import boto3  # noqa: PLC0415 - half a second, which asking for the state is spared

    key, secret, region = _KEYS.values()
    session = boto3.Session(key, secret, region_name=region)
    return session.client(service, endpoint_url=url)  # type: ignore[call-overload]
