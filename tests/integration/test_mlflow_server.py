"""What is particular to an MLflow server, and what becomes of the work when it, or its storage, goes away."""

import http.client
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path
from uuid import uuid4

import boto3
import pytest

import entrypoints.pyfunc
from adapters.mlflow import ExperimentTracker, MlflowConnection, ModelRegistry
from adapters.registry_cache import CachedModelCatalog
from delay_core.errors import StoreError
from delay_core.ports.experiment_tracker import Training
from infra.local.mlflow_server import MlflowServer
from infra.local.s3_server import S3Server
from support.bundles import tiny_bundle
from support.crashes import at_once
from support.faulty_proxy import FaultyProxy, Request
from support.mlflow_stores import backend_uri, server_store

CODE = Path(entrypoints.pyfunc.__file__).with_name("model.py")
TRAINING = Training("a" * 64, {"seed": "7"}, {"test.roc_auc": 0.7}, {"card.md": b"# Card"})
BUCKET = "mlflow-model-registry"
NOWHERE = "http://127.0.0.1:9"
OTHER_NAME = "mlflow-of-the-company"


@pytest.fixture
def name() -> str:
    return f"late-{uuid4().hex}"


def run_pipeline(uri: str, name: str, barrier: Barrier) -> None:
    store = MlflowConnection(uri)
    ExperimentTracker(store).runs(name)  # what is imported for the first time must not decide who is first
    barrier.wait()
    run_id = ExperimentTracker(store).record(name, TRAINING)
    ModelRegistry(store, CODE).register(name, tiny_bundle("one"), run_id)


def test_two_pipelines_at_once_on_the_same_input_make_one_run_and_one_version(name):
    store = server_store()

    at_once(run_pipeline, [(store.tracking_uri, name)] * 2)

    (run,) = ExperimentTracker(store).runs(name)
    (version,) = ModelRegistry(store, CODE).versions(name)
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
def test_a_server_that_is_away__is_named_before_mlflow_s_client_retries(work):
    with pytest.raises(
        StoreError, match=r"cannot .* in MLflow at http://127\.0\.0\.1:9: .*refused.*is the server up"
    ) as error:
        work(MlflowConnection(NOWHERE))

    assert error.value.__context__ is None  # nothing of MLflow's client, which would have tried for seconds


class Stand:
    """An MLflow server of its own, on PostgreSQL and S3, to be killed; and a proxy that may kill it after a request."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.s3 = S3Server.start(folder / "s3", buckets=[BUCKET])
        self._port: int | None = None
        self.start()
        self.last_call = ""
        """The request, by a part of its path, that the server still does before it dies unanswering."""
        self._proxy = FaultyProxy(self.mlflow.url, lose=self._dies_after).__enter__()

    @property
    def store(self) -> MlflowConnection:
        return MlflowConnection(self.mlflow.url)

    @property
    def losing(self) -> MlflowConnection:
        """The same server behind the proxy, which loses the answer to `last_call`."""
        return MlflowConnection(self._proxy.url)

    def start(self) -> None:
        self.mlflow = MlflowServer.start(
            self._folder / "mlflow",
            backend_uri(),
            f"s3://{BUCKET}/artifacts",
            self._port,
            allowed_hosts=[OTHER_NAME],
            environment=self.s3.environment,
        )
        self._port = self.mlflow.port

    def kill(self) -> None:
        self.mlflow.stop(immediate=True)

    def close(self) -> None:
        self._proxy.__exit__()
        self.kill()
        self.s3.stop()

    def _dies_after(self, request: Request) -> bool:
        dies = bool(self.last_call) and self.last_call in request.path
        if dies:
            self.kill()
        return dies


@pytest.fixture(scope="module")
def stand(tmp_path_factory) -> Iterator[Stand]:
    stand = Stand(tmp_path_factory.mktemp("stand"))
    yield stand
    stand.close()


def test_files_go_through_the_server_to_s3_and_clients_need_no_keys(stand, name, monkeypatch):
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(key, raising=False)
    run_id = ExperimentTracker(stand.store).record(name, TRAINING)
    version = ModelRegistry(stand.store, CODE).register(name, tiny_bundle("one"), run_id)

    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    s3 = boto3.client("s3", endpoint_url=stand.s3.url, region_name="us-east-1", **keys)
    stored = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"] if run_id in each["Key"]]
    s3.close()
    assert any(key.endswith(f"models/{version.digest}/artifacts/bundle/model.onnx") for key in stored)
    assert ModelRegistry(stand.store, CODE).load(name, 1) == tiny_bundle("one")


EXPERIMENT = "/api/2.0/mlflow/experiments/get?experiment_id=0"


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("localhost", EXPERIMENT, 200),
        ("127.0.0.1:5001", EXPERIMENT, 200),
        (OTHER_NAME, EXPERIMENT, 200),
        (f"{OTHER_NAME}:5001", EXPERIMENT, 200),
        ("elsewhere", EXPERIMENT, 403),
        (f"{OTHER_NAME}.elsewhere", EXPERIMENT, 403),
        ("elsewhere", "/health", 200),
    ],
)
def test_a_server_answers_to_the_names_it_was_told_and_to_no_other(stand, host, path, status):
    caller = http.client.HTTPConnection("127.0.0.1", stand.mlflow.port, timeout=60)
    caller.request("GET", path, headers={"Host": host})
    answered = caller.getresponse().status
    caller.close()

    assert answered == status


@pytest.mark.parametrize("lost", ["model-versions/create", "runs/create"])
def test_work_that_a_dying_server_cut_short_is_done_once_when_done_again(stand, name, tmp_path, lost, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "0")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", "0")

    def pipeline(store: MlflowConnection) -> None:
        run_id = ExperimentTracker(store).record(name, TRAINING)
        ModelRegistry(store, CODE).register(name, tiny_bundle("two"), run_id)

    before = f"{name}-before"
    run_id = ExperimentTracker(stand.store).record(before, TRAINING)
    ModelRegistry(stand.store, CODE).register(before, tiny_bundle("one"), run_id)
    ModelRegistry(stand.store, CODE).set_alias(before, "production", 1)
    serving = CachedModelCatalog(lambda: ModelRegistry(stand.store, CODE), tmp_path)
    assert serving.load(before, serving.get_by_alias(before, "production").version) == tiny_bundle("one")
    stand.last_call = lost

    with pytest.raises(StoreError, match=r"cannot (record|register)"):
        pipeline(stand.losing)

    stand.last_call = ""
    with pytest.raises(StoreError, match="is the server up") as error:
        pipeline(stand.store)
    assert error.value.__context__ is None  # told before MLflow's client retries
    assert serving.load(before, serving.get_by_alias(before, "production").version) == tiny_bundle("one")
    assert serving.stale_since is not None
    stand.start()
    pipeline(stand.store)
    pipeline(stand.store)
    (run,) = ExperimentTracker(stand.store).runs(name)
    (version,) = ModelRegistry(stand.store, CODE).versions(name)
    assert (version.version, version.run_id) == (1, run.run_id)
    assert ModelRegistry(stand.store, CODE).load(name, 1) == tiny_bundle("two")
    assert serving.get_by_alias(before, "production").version == 1
    assert serving.stale_since is None


def test_while_s3_is_away_a_bundle_is_out_of_reach_not_altered_and_the_cache_serves(stand, name, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    run_id = ExperimentTracker(stand.store).record(name, TRAINING)
    ModelRegistry(stand.store, CODE).register(name, tiny_bundle("one"), run_id)
    ModelRegistry(stand.store, CODE).set_alias(name, "production", 1)
    serving = CachedModelCatalog(lambda: ModelRegistry(stand.store, CODE), tmp_path)
    serving.load(name, 1)
    stand.s3.stop()

    with pytest.raises(StoreError, match="cannot load version 1"):
        ModelRegistry(stand.store, CODE).load(name, 1)

    again = CachedModelCatalog(lambda: ModelRegistry(stand.store, CODE), tmp_path)
    assert again.load(name, again.get_by_alias(name, "production").version) == tiny_bundle("one")
