"""One S3 service, reached as boto3 finds it: keys, profile, region and endpoint come from the environment."""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from delay_core.errors import StoreError

_NEAREST = "us-east-1"  # what every S3 server accepts that knows no regions

_CONNECTIONS = 32  # kept open, for files and parts of files that travel at once


@dataclass(frozen=True)
class Connection:
    """How patiently to talk to S3. `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, `AWS_PROFILE` … are read by boto3.

    An endpoint of one's own is addressed by path (`<endpoint>/<bucket>/<key>`), as servers without wildcard names need.
    """

    attempts: int = 4
    """How often one request is tried, the first time included; between tries, up to 1, 2, 4 … s."""
    connect_seconds: float = 5
    read_seconds: float = 60
    """The longest silence of a server."""
    part_bytes: int = 16 * 2**20
    """Objects larger than this travel in parts of this size; S3 wants 5 MiB at least."""
    parts_at_once: int = 4

    @cached_property
    def client(self) -> Any:
        """boto3's client, safe to share between threads. Raises StoreError.

        Untyped: its stubs cannot follow a place or a condition that is handed on as `**arguments`.
        """
        config = Config(
            retries={"mode": "standard", "total_max_attempts": self.attempts},
            connect_timeout=self.connect_seconds,
            read_timeout=self.read_seconds,
            max_pool_connections=_CONNECTIONS,
            tcp_keepalive=True,
            user_agent_extra="delay-core",
        )
        try:
            found = boto3.Session()  # one of our own: the shared one is not safe to make in two threads at once
            region = found.region_name or os.environ.get("AWS_REGION") or _NEAREST
            return found.client("s3", region_name=region, config=config)
        except (BotoCoreError, ValueError) as error:
            raise StoreError(
                f"cannot talk to S3: {error}; correct AWS_ENDPOINT_URL, AWS_DEFAULT_REGION or AWS_PROFILE"
            ) from error

    @property
    def endpoint(self) -> str:
        """The URL that requests go to."""
        return str(self.client.meta.endpoint_url)
