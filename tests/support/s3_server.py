"""A real S3 server for the whole test run, and the environment by which boto3 finds it."""

import os
import uuid
from functools import lru_cache
from typing import Any

import pytest

from adapters.s3 import ArtifactStore, S3Client
from infra.local.s3_server import S3Server
from support.run import run_folder

PATIENT = S3Client(max_attempts=2, part_bytes=5 * 2**20)
PAGE = 100
"""Keys in a page of a listing; S3's own are of 1,000, which take seconds to fill."""

_NOBODY = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing", "AWS_DEFAULT_REGION": "us-east-1"}
_OWN = {name: os.environ.get(name, value) for name, value in _NOBODY.items()}
KEYS = _OWN if "DELAY_TEST_S3_URL" in os.environ else _NOBODY


@lru_cache
def endpoint() -> str:
    """The server at DELAY_TEST_S3_URL (keys by AWS's variables), else one of the run. Tests need own buckets."""
    if url := os.environ.get("DELAY_TEST_S3_URL"):
        return url
    return S3Server.start(run_folder() / "s3", environment={"MOTO_S3_DEFAULT_MAX_KEYS": str(PAGE)}).url


def reach(monkeypatch: pytest.MonkeyPatch, url: str | None = None) -> None:
    """Set the environment so that boto3 finds the server (or another URL), and nothing of the user's own."""
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": url or endpoint(), "AWS_EC2_METADATA_DISABLED": "true"}.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)


@lru_cache
def _client_of(url: str) -> S3Client:
    client = S3Client(max_attempts=PATIENT.max_attempts, part_bytes=PATIENT.part_bytes)
    assert client.endpoint == url
    return client


def connected(monkeypatch: pytest.MonkeyPatch) -> S3Client:
    """A client to the server."""
    reach(monkeypatch)
    return _client_of(endpoint())


def fresh_bucket(client: S3Client) -> str:
    """A bucket that no other test has."""
    name = f"bucket-{uuid.uuid4().hex}"
    client.boto.create_bucket(Bucket=name)
    return name


def withhold(client: S3Client, header: str) -> list[str]:
    """Remove a header of PUT requests before they are signed, as if the server ignored it; the URLs that had it."""
    urls: list[str] = []

    def remove(request: Any, **_: object) -> None:
        if header in request.headers:
            del request.headers[header]
            urls.append(request.url)

    client.boto.meta.events.register("before-sign.s3.PutObject", remove)
    return urls


def list_keys(client: S3Client, bucket: str) -> list[str]:
    """The keys of all objects in the bucket."""
    pages = client.boto.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [item["Key"] for page in pages for item in page.get("Contents", ())]


def write_set(store: ArtifactStore, content: bytes = b"1", address: str = "a1") -> None:
    """Write an artifact of kind `tables` that has one file, `a`."""
    with store.create("tables", address) as writer:
        writer.write("a", content)


def refusal(status: int, word: str) -> tuple[int, bytes]:
    """An error as S3 words it."""
    return status, f"<?xml version='1.0'?><Error><Code>{word}</Code><Message>no</Message></Error>".encode()
