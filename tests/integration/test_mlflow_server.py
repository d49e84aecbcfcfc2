"""MLflow servers: concurrent writers, files in S3, and work that a failure of the server or of S3 interrupts."""

import http.client
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path
from uuid import uuid4

import boto3
import pytest

from adapters.mlflow import ExperimentTracker, MlflowConnection, ModelRegistry
from adapters.registry_cache import CachedModelCatalog
from delay_core.errors import StoreError
from delay_core.ports.experiment_tracker import TrainingRun
from infra.local.mlflow_server import MlflowServer
from infra.local.s3_server import S3Server
from support.bundles import tiny_bundle
from support.crashes import at_once
from support.faulty_proxy import FaultyProxy, Request
from support.mlflow_stores import backend_uri, server_store
from support.registry_cases import CODE

TRAINING = TrainingRun("a" * 64, {"seed": "7"}, {"test.roc_auc": 0.7}, {"card.md": b"# Card"})
BUCKET = "mlflow-model-registry"
UNUSED_URL = "http://127.0.0.1:9"
ALLOWED_NAME = "mlflow-of-the-company"


@pytest.fixture
def name() -> str:
    return f"late-{uuid4().hex}"


def run_pipeline(uri: str, name: str, barrier: Barrier) -> None:
    store = MlflowConnection(uri)
    ExperimentTracker(store).runs(name)  # imports first: their time must not decide which process is first
    barrier.wait()
    run_id = ExperimentTracker(store).record(name, TRAINING)
    ModelRegistry(store, CODE).register(name, tiny_bundle("one"), run_id)


def test_two_pipelines_at_once__make_one_run_and_one_version_of_the_same_input(name):
    store = server_store()

    at_once(run_pipeline, [(store.tracking_uri, name)] * 2)

    [run] = ExperimentTracker(store).runs(name)
    [version] = ModelRegistry(store, CODE).versions(name)
    assert (version.version, version.digest) == (1, tiny_bundle("one").digest)
    assert ModelRegistry(store, CODE).load(name, 1) == tiny_bundle("one")
    assert ExperimentTracker(store).record(name, TRAINING) == run.run_id


@pytest.mark.parametrize(
    "work",
    [
        lambda store: ExperimentTracker(store).record("trainings", TRAINING),
        lambda store: ModelRegistry(store, CODE).register("late", tiny_bundle("one"), "run"),
        lambda store: ModelRegistry(store, CODE).get_by_alias("late", "production"),
    ],
    ids=["record", "register", "get_by_alias"],
)
def test_unavailable_server__is_named_before_mlflow_retries(work):
    with pytest.raises(
        StoreError, match=r"cannot .* in MLflow at http://127\.0\.0\.1:9: .*refused.*is the server up"
    ) as error:
        work(MlflowConnection(UNUSED_URL))

    assert error.value.__context__ is None  # MLflow's client, which retries for seconds, was not called


class ServerWithS3:
    """An MLflow server on PostgreSQL and S3 that tests kill, and a proxy that kills it after a request."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.s3 = S3Server.start(folder / "s3", buckets=[BUCKET])
        self._port: int | None = None
        self.start()
        self.last_call = ""
        """A part of the path of the request that the server still executes before it is killed without a response."""
        self._proxy = FaultyProxy(self.mlflow.url, lose=self._kill_after).__enter__()

    @property
    def store(self) -> MlflowConnection:
        return MlflowConnection(self.mlflow.url)

    @property
    def losing(self) -> MlflowConnection:
        """The same server behind the proxy, which drops the response to `last_call`."""
        return MlflowConnection(self._proxy.url)

    def start(self) -> None:
        self.mlflow = MlflowServer.start(
            self._folder / "mlflow",
            backend_uri(),
            f"s3://{BUCKET}/artifacts",
            self._port,
            allowed_hosts=[ALLOWED_NAME],
            environment=self.s3.environment,
        )
        self._port = self.mlflow.port

    def kill(self) -> None:
        self.mlflow.stop(immediate=True)

    def close(self) -> None:
        self._proxy.__exit__()
        self.kill()
        self.s3.stop()

    def _kill_after(self, request: Request) -> bool:
        is_last = bool(self.last_call) and self.last_call in request.path
        if is_last:
            self.kill()
        return is_last


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[ServerWithS3]:
    server = ServerWithS3(tmp_path_factory.mktemp("server"))
    yield server
    server.close()


def test_files__are_stored_in_s3_by_the_server_without_keys_of_the_client(server, name, monkeypatch):
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(key, raising=False)
    run_id = ExperimentTracker(server.store).record(name, TRAINING)
    version = ModelRegistry(server.store, CODE).register(name, tiny_bundle("one"), run_id)

    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    s3 = boto3.client("s3", endpoint_url=server.s3.url, region_name="us-east-1", **keys)
    stored = [item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"] if run_id in item["Key"]]
    s3.close()
    assert any(key.endswith(f"models/{version.digest}/artifacts/bundle/model.onnx") for key in stored)
    assert ModelRegistry(server.store, CODE).load(name, 1) == tiny_bundle("one")


EXPERIMENT = "/api/2.0/mlflow/experiments/get?experiment_id=0"


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("localhost", EXPERIMENT, 200),
        ("127.0.0.1:5001", EXPERIMENT, 200),
        (ALLOWED_NAME, EXPERIMENT, 200),
        (f"{ALLOWED_NAME}:5001", EXPERIMENT, 200),
        ("unknown", EXPERIMENT, 403),
        (f"{ALLOWED_NAME}.unknown", EXPERIMENT, 403),
        ("unknown", "/health", 200),
    ],
)
def test_server__responds_only_to_its_allowed_host_names(server, host, path, status):
    connection = http.client.HTTPConnection("127.0.0.1", server.mlflow.port, timeout=60)
    connection.request("GET", path, headers={"Host": host})
    received = connection.getresponse().status
    connection.close()

    assert received == status


@pytest.mark.parametrize("lost", ["model-versions/create", "runs/create"])
def test_killed_server__interrupted_work_is_done_once_when_it_is_repeated(server, name, tmp_path, lost, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "0")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", "0")

    def pipeline(store: MlflowConnection) -> None:
        run_id = ExperimentTracker(store).record(name, TRAINING)
        ModelRegistry(store, CODE).register(name, tiny_bundle("two"), run_id)

    before = f"{name}-before"
    run_id = ExperimentTracker(server.store).record(before, TRAINING)
    ModelRegistry(server.store, CODE).register(before, tiny_bundle("one"), run_id)
    ModelRegistry(server.store, CODE).set_alias(before, "production", 1)
    serving = CachedModelCatalog(lambda: ModelRegistry(server.store, CODE), tmp_path)
    assert serving.load(before, serving.get_by_alias(before, "production").version) == tiny_bundle("one")
    server.last_call = lost

    with pytest.raises(StoreError, match=r"cannot (record|register)"):
        pipeline(server.losing)

    server.last_call = ""
    with pytest.raises(StoreError, match="is the server up") as error:
        pipeline(server.store)
    assert error.value.__context__ is None  # raised before MLflow's client retries
    assert serving.load(before, serving.get_by_alias(before, "production").version) == tiny_bundle("one")
    assert serving.stale_since is not None
    server.start()
    pipeline(server.store)
    pipeline(server.store)
    [run] = ExperimentTracker(server.store).runs(name)
    [version] = ModelRegistry(server.store, CODE).versions(name)
    assert (version.version, version.run_id) == (1, run.run_id)
    assert ModelRegistry(server.store, CODE).load(name, 1) == tiny_bundle("two")
    assert serving.get_by_alias(before, "production").version == 1
    assert serving.stale_since is None


def test_unavailable_s3__is_a_store_error_and_the_cache_serves(server, name, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    run_id = ExperimentTracker(server.store).record(name, TRAINING)
    ModelRegistry(server.store, CODE).register(name, tiny_bundle("one"), run_id)
    ModelRegistry(server.store, CODE).set_alias(name, "production", 1)
    serving = CachedModelCatalog(lambda: ModelRegistry(server.store, CODE), tmp_path)
    serving.load(name, 1)
    server.s3.stop()

    with pytest.raises(StoreError, match="cannot load version 1"):
        ModelRegistry(server.store, CODE).load(name, 1)

    catalog = CachedModelCatalog(lambda: ModelRegistry(server.store, CODE), tmp_path)
    assert catalog.load(name, catalog.get_by_alias(name, "production").version) == tiny_bundle("one")
