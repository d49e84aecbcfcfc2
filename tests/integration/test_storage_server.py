"""Which server `make infra-up` starts: LocalStack where a Docker engine runs, else a local process."""

import pytest

from delay_core.errors import StoreError
from infra.terraform import storage_server
from infra.terraform.storage_server import LocalStackContainer, require_server, start_server


@pytest.fixture
def started(monkeypatch):
    """What was started; nothing runs at first."""
    calls = []
    monkeypatch.setattr(storage_server, "http_status", lambda *_: None)
    monkeypatch.setattr(storage_server.S3Server, "start", lambda _, port: calls.append(("process", port)))
    monkeypatch.setattr(LocalStackContainer, "start", lambda self: calls.append(("container", self.url)))
    return calls


@pytest.mark.parametrize(
    ("engine_problem", "port", "expected"),
    [
        (None, None, ("container", "http://127.0.0.1:4566")),
        ("no Docker engine answers", None, ("process", 4566)),
        (None, 4999, ("process", 4999)),
    ],
)
def test_the_server__is_a_container_where_an_engine_runs_unless_a_port_is_named(
    started, monkeypatch, tmp_path, engine_problem, port, expected
):
    monkeypatch.setattr(storage_server, "engine_problem", lambda: engine_problem)
    start_server(tmp_path, tmp_path / "infrastructure", port)
    assert started == [expected]


def test_a_running_localstack__is_used_and_stopped_by_compose(started, monkeypatch, tmp_path):
    stopped = []
    monkeypatch.setattr(storage_server, "http_status", lambda *_: 200)
    monkeypatch.setattr(storage_server, "engine_problem", lambda: None)
    monkeypatch.setattr(storage_server.ComposeFolder, "prepare", lambda _: {})
    monkeypatch.setattr(storage_server.Compose, "stop", lambda _, services: stopped.append(services))

    server = start_server(tmp_path, tmp_path / "infrastructure")
    server.stop()

    assert started == []
    assert server.environment["AWS_ENDPOINT_URL_S3"] == "http://127.0.0.1:4566"
    assert stopped == [["localstack"]]


@pytest.mark.usefixtures("started")
def test_without_a_server__the_error_says_how_to_start_it(tmp_path):
    with pytest.raises(StoreError, match="the S3 server does not run; start it with make infra-up"):
        require_server(tmp_path, tmp_path / "infrastructure")
