"""An artifact store in a new bucket."""

import pytest

from adapters.s3 import ArtifactStore
from support.s3_server import connected, fresh_bucket


@pytest.fixture
def client(monkeypatch):
    return connected(monkeypatch)


@pytest.fixture
def bucket(client):
    return fresh_bucket(client)


@pytest.fixture
def store(client, bucket):
    return ArtifactStore(client, bucket, "artifacts")
