"""Finished runs, made once."""

import pytest

from support import postgres_server
from support.cli import ONE_TRIAL, SMALL, Delay
from support.registered_models import registered_once
from support.shared_runs import quick_run, shared_run


@pytest.fixture
def delay(tmp_path):
    """`delay` with an empty folder of the test's own."""
    return Delay(tmp_path / "delay-data")


@pytest.fixture(scope="session")
def simulated(tmp_path_factory):
    """A finished run on simulated shipments: (delay, what it answered as JSON)."""
    return shared_run(tmp_path_factory, "simulated", "--source", SMALL, prepared=False)


@pytest.fixture(scope="session")
def quick(tmp_path_factory):
    """A finished run with the shortest search, whose table is a file: a QuickRun."""
    return quick_run(tmp_path_factory)


@pytest.fixture(scope="session")
def deliveries(tmp_path_factory, scms):
    """A finished run on the real table of deliveries: (delay, what it answered as JSON)."""
    return shared_run(tmp_path_factory, "deliveries", "--schema", "scms", "--source", scms, variables=ONE_TRIAL)


@pytest.fixture(scope="session")
def real(tmp_path_factory, smart_logistics):
    """A finished run on the real table: (delay, what it answered as JSON)."""
    return shared_run(tmp_path_factory, "real", "--source", smart_logistics, variables=ONE_TRIAL)


@pytest.fixture(scope="session")
def registered():
    """Three small models of smart_logistics, the first of them promoted; for the API's tests."""
    return registered_once()


@pytest.fixture(scope="module")
def postgres():
    """A server of the module's own, which may be stopped."""
    with postgres_server.started() as server:
        yield server
