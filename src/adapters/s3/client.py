"""The client of one S3 service. boto3 reads keys, profile, region and endpoint from the environment."""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from delay_core.errors import StoreError

_DEFAULT_REGION = "us-east-1"  # accepted by servers without regions
_MAX_POOL_CONNECTIONS = 32  # for files and parts of files that are transferred concurrently


@dataclass(frozen=True)
class S3Client:
    """Timeouts and retries of requests. boto3 reads `AWS_ENDPOINT_URL`, `AWS_PROFILE` and its other variables.

    A custom endpoint is addressed by path (`<endpoint>/<bucket>/<key>`), since it may have no wildcard host names.
    """

    max_attempts: int = 4
    """Attempts of one request, including the first; the pauses between them are up to 1, 2, 4 … s."""
    connect_seconds: float = 5
    read_seconds: float = 60
    """The longest time without data from the server."""
    part_bytes: int = 16 * 2**20
    """Larger objects are transferred in parts of this size; S3 requires at least 5 MiB."""
    part_workers: int = 4

    @cached_property
    def boto(self) -> Any:
        """boto3's client, safe to share between threads. Raises StoreError.

        Untyped, since its stubs cannot check a location or a condition that is passed as `**kwargs`.
        """
        config = Config(
            retries={"mode": "standard", "total_max_attempts": self.max_attempts},
            connect_timeout=self.connect_seconds,
            read_timeout=self.read_seconds,
            max_pool_connections=_MAX_POOL_CONNECTIONS,
            tcp_keepalive=True,
            user_agent_extra="delay-core",
        )
        try:
            session = boto3.Session()  # creating the default session is not thread-safe
            region = session.region_name or os.environ.get("AWS_REGION") or _DEFAULT_REGION
            return session.client("s3", region_name=region, config=config)
        except (BotoCoreError, ValueError) as error:
            raise StoreError(
                f"cannot create an S3 client: {error}; correct AWS_ENDPOINT_URL, AWS_DEFAULT_REGION or AWS_PROFILE"
            ) from error

    @property
    def endpoint(self) -> str:
        """The URL of the server."""
        return str(self.boto.meta.endpoint_url)
