"""MLflow's client signs requests by plugins, and sends none that a missing plugin would have to sign."""

import pytest
from mlflow.tracking.request_auth import registry

from adapters.mlflow import MlflowConnection, ModelRegistry
from delay_core.errors import StoreError
from entrypoints import pyfunc
from support.faulty_proxy import FaultyProxy

CODE = pyfunc.__file__.replace("__init__.py", "model.py")


class CorporateSignature:
    """A plugin, as companies install it for MLflow's client."""

    def get_name(self):
        return "corporate"

    def get_auth(self):
        return sign


def sign(request):
    request.headers["Authorization"] = "Signed"
    return request


@pytest.fixture
def server():
    with FaultyProxy(answer=lambda _: (200, b"{}")) as proxy:
        yield proxy


def read_alias(server):
    return ModelRegistry(MlflowConnection(server.url), CODE).get_by_alias("late", "production")


def test_plugin__signs_requests(monkeypatch, server):
    monkeypatch.setattr(registry._request_auth_provider_registry, "_registry", [CorporateSignature()])
    monkeypatch.setenv("MLFLOW_TRACKING_AUTH", "corporate")
    read_alias(server)
    assert {request.headers.get("Authorization") for request in server.requests} == {"Signed"}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("MLFLOW_TRACKING_AUTH", "unknown", "MLFLOW_TRACKING_AUTH=unknown: no installed package has this plugin"),
        ("MLFLOW_TRACKING_AWS_SIGV4", "true", "needs the package requests-auth-aws-sigv4; install it"),
    ],
)
def test_missing_plugin__sends_no_request(monkeypatch, server, name, value, message):
    monkeypatch.setenv(name, value)
    with pytest.raises(StoreError, match=message):
        read_alias(server)
    assert server.requests == []
