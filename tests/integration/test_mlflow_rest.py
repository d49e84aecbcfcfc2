"""The REST catalog reads from a real server what MLflow's client reads."""

from uuid import uuid4

import pytest

from adapters.mlflow import ExperimentTracker
from adapters.mlflow import ModelRegistry as Client
from adapters.mlflow_rest import ModelCatalog
from delay_core.errors import StoreError
from delay_core.ports.experiment_tracker import TrainingRun
from entrypoints import pyfunc
from support.bundles import tiny_bundle
from support.faulty_proxy import FaultyProxy
from support.mlflow_stores import server_store

CODE = pyfunc.__file__.replace("__init__.py", "model.py")


def rest_catalog(uri, load_bundle=None, **environment):
    return ModelCatalog(uri, load_bundle, environment)


@pytest.fixture(scope="module")
def registered():
    """A model with one version at the alias production: (client, its name, the version)."""
    store, name = server_store(), f"watched {uuid4().hex[:8]} ü &?"
    run = ExperimentTracker(store).record(name, TrainingRun(uuid4().hex, {}, {}, {}))
    client = Client(store, CODE)
    version = client.register(name, tiny_bundle(name), run)
    client.set_alias(name, "production", version.version)
    return client, name, version


def test_alias__is_that_of_the_client(registered):
    client, name, version = registered
    assert rest_catalog(server_store().tracking_uri).get_by_alias(name, "production") == version
    assert client.get_by_alias(name, "production") == version


def test_unknown_alias_and_unknown_model__have_no_version(registered):
    _, name, _ = registered
    catalog = rest_catalog(server_store().tracking_uri)
    assert catalog.get_by_alias(name, "unknown") is None
    assert catalog.get_by_alias("unknown", "production") is None


def test_load__is_delegated():
    bundle = tiny_bundle("elsewhere")
    catalog = rest_catalog("http://127.0.0.1:9", lambda *arguments: {("late", 1): bundle}[arguments])
    assert catalog.load("late", 1) is bundle


def test_unavailable_server__is_a_store_error():
    with pytest.raises(StoreError, match="MLflow is unavailable"):
        rest_catalog("http://127.0.0.1:9").get_by_alias("late", "production")


@pytest.mark.parametrize(
    ("response", "message"),
    [
        ((200, b"<html>"), "is no MLflow server"),
        ((200, b'{"model_version": {"name": "late"}}'), "is no MLflow server"),
        ((502, b"Bad Gateway"), "MLflow responds with status 502"),
        ((403, b'{"error_code": "PERMISSION_DENIED", "message": "not you"}'), "PERMISSION_DENIED: not you"),
    ],
)
def test_invalid_response__is_a_store_error_without_the_password(response, message):
    with FaultyProxy(answer=lambda _: response) as server, pytest.raises(StoreError, match=message) as error:
        rest_catalog(f"http://ann:s3cret@{server.address}").get_by_alias("late", "production")
    assert "s3cret" not in str(error.value)
    assert "not you" not in error.value.public
