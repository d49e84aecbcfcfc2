"""What follows an alias without MLflow's client hears the same as that client, from a real server."""

import json
import ssl
from uuid import uuid4

import pytest

from adapters.mlflow import ExperimentTracker
from adapters.mlflow import ModelRegistry as Client
from adapters.mlflow_rest import ModelRegistry
from adapters.mlflow_rest.request import _tls
from delay_core.errors import StoreError
from delay_core.ports.experiment_tracker import Training
from delay_core.ports.model_catalog import ModelVersion
from entrypoints import pyfunc
from support.bundles import tiny_bundle
from support.faulty_proxy import FaultyProxy
from support.mlflow_stores import server_store

CODE = pyfunc.__file__.replace("__init__.py", "model.py")


def watching(uri, load=None, **environment):
    return ModelRegistry(uri, load, environment)


@pytest.fixture(scope="module")
def registered():
    """A model with one version at the alias production: (client, its name, the version)."""
    store, name = server_store(), f"watched {uuid4().hex[:8]} ü &?"
    run = ExperimentTracker(store).record(name, Training(uuid4().hex, {}, {}, {}))
    client = Client(store, CODE)
    version = client.register(name, tiny_bundle(name), run)
    client.set_alias(name, "production", version.version)
    return client, name, version


def test_an_alias_is_told_as_the_client_tells_it(registered):
    client, name, version = registered
    assert watching(server_store().tracking_uri).get_by_alias(name, "production") == version
    assert client.get_by_alias(name, "production") == version


def test_no_such_alias_and_no_such_model_are_none(registered):
    _, name, _ = registered
    watched = watching(server_store().tracking_uri)
    assert watched.get_by_alias(name, "nowhere") is None
    assert watched.get_by_alias("nobody", "production") is None


def test_loading_is_done_elsewhere_and_nothing_else_is_done():
    made = tiny_bundle("elsewhere")
    watched = watching("http://127.0.0.1:9", lambda *asked: {("late", 1): made}[asked])
    assert watched.load("late", 1) is made
    for work in (
        lambda: watched.register("late", made, "run"),
        lambda: watched.versions("late"),
        lambda: watched.set_alias("late", "production", 1),
    ):
        with pytest.raises(StoreError, match=r"late.*changes nothing"):
            work()


def test_a_server_that_is_away_is_a_store_error():
    with pytest.raises(StoreError, match="MLflow is out of reach"):
        watching("http://127.0.0.1:9").get_by_alias("late", "production")


def echo(request):
    """An answer as of MLflow, whose run id tells how it was asked."""
    run_id = request.headers.get("Authorization", "")
    return 200, json.dumps({"model_version": {"name": "late", "version": "7", "run_id": run_id}}).encode()


@pytest.mark.parametrize(
    ("user", "environment", "told"),
    [
        ("", {}, ""),
        ("ann:p%40ss@", {}, "Basic YW5uOnBAc3M="),
        ("", {"MLFLOW_TRACKING_USERNAME": "ann", "MLFLOW_TRACKING_PASSWORD": "p@ss"}, "Basic YW5uOnBAc3M="),
        ("", {"MLFLOW_TRACKING_TOKEN": "t0ken"}, "Bearer t0ken"),
    ],
)
def test_credentials_are_taken_from_where_mlflow_takes_them(user, environment, told):
    with FaultyProxy(answer=echo) as server:
        found = watching(f"http://{user}{server.address}/", **environment).get_by_alias("late", "production")
    assert found == ModelVersion("late", 7, "", told)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, b"<html>"), "is no MLflow"),
        ((200, b'{"model_version": {"name": "late"}}'), "is no MLflow"),
        ((502, b"Bad Gateway"), "MLflow answers 502"),
        ((403, b'{"error_code": "PERMISSION_DENIED", "message": "not you"}'), "PERMISSION_DENIED: not you"),
    ],
)
def test_what_is_no_answer_is_a_store_error_that_holds_no_password(answer, said):
    with FaultyProxy(answer=lambda _: answer) as server, pytest.raises(StoreError, match=said) as refused:
        watching(f"http://ann:s3cret@{server.address}").get_by_alias("late", "production")
    assert "s3cret" not in str(refused.value)


def test_certificates_are_checked_unless_mlflow_is_told_otherwise():
    assert _tls({}).verify_mode is ssl.CERT_REQUIRED
    assert _tls({"MLFLOW_TRACKING_INSECURE_TLS": "true"}).verify_mode is ssl.CERT_NONE
