"""Finished runs, made once."""

import pytest

from infra.local import PostgresServer
from support import postgres_server
from support.cli import SMALL, Delay
from support.registered_models import register


@pytest.fixture
def delay(tmp_path):
    return Delay(tmp_path / "delay-data")


@pytest.fixture(scope="session")
def simulated(tmp_path_factory):
    """A finished run on simulated shipments: (delay, what it answered as JSON)."""
    delay = Delay(tmp_path_factory.mktemp("simulated") / "delay-data")
    return delay, delay.json("pipeline", "--source", SMALL)


@pytest.fixture(scope="session")
def deliveries(tmp_path_factory, scms):
    """A finished run on the real table of deliveries: (delay, what it answered as JSON)."""
    delay = Delay(tmp_path_factory.mktemp("deliveries") / "delay-data")
    return delay, delay.json("pipeline", "--schema", "scms", "--source", scms)


@pytest.fixture(scope="session")
def real(tmp_path_factory, smart_logistics):
    """A finished run on the real table: (delay, what it answered as JSON)."""
    delay = Delay(tmp_path_factory.mktemp("real") / "delay-data")
    return delay, delay.json("pipeline", "--source", smart_logistics)


@pytest.fixture(scope="session")
def registered(tmp_path_factory):
    """Three small models of smart_logistics, the first of them promoted; for the API's tests."""
    return register(tmp_path_factory.mktemp("registered") / "delay-data")


@pytest.fixture(scope="module")
def postgres():
    """A server of the module's own, which may be stopped."""
    with PostgresServer.start(postgres_server.folder()) as server:
        postgres_server.upgraded(server.url("serving", "serving_owner"), "serving")
        yield server
