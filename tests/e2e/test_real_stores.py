"""The same pipeline on S3, and on an MLflow server over PostgreSQL and S3: chosen by URL, and nothing else differs."""

import json

import boto3
import pytest

from adapters.files import ArtifactStore
from adapters.s3 import ArtifactStore as S3ArtifactStore
from adapters.s3 import S3Client
from infra.local import MlflowServer
from support import postgres_server, s3_server
from support.cli import ONE_TRIAL, Delay
from support.cron_job import K8S, CronJobContainer
from support.forked_commands import outputs_at_once
from support.jumped_outcomes import DAYS, copy_logs, replay_jump
from support.run import new_folder
from support.shared_runs import own_copy

MONITORING = K8S / "components" / "monitoring-cronjobs" / "monitoring.yaml"
RECALIBRATION = K8S / "components" / "recalibration-cronjob" / "recalibration.yaml"


@pytest.fixture(scope="module")
def postgres():
    with postgres_server.started(fsync=False) as server:
        yield server


@pytest.fixture(scope="module")
def runs(tmp_path_factory, postgres, quick):
    """The embedded run, and the run on servers: of each the command, and what it answered."""
    folder = tmp_path_factory.mktemp("stores")
    keys = {**s3_server.KEYS, "AWS_ENDPOINT_URL": s3_server.endpoint()}
    with pytest.MonkeyPatch.context() as patched:
        s3_server.reach(patched)
        client = boto3.client("s3")
        for bucket in ("company-data", "mlflow-model-registry"):
            client.create_bucket(Bucket=bucket)
        client.upload_file(str(quick.table), "company-data", "raw/table.csv")
    server = MlflowServer.start(
        new_folder(),
        postgres.url("mlflow", "mlflow"),
        "s3://mlflow-model-registry",
        environment={**keys, "MLFLOW_S3_ENDPOINT_URL": s3_server.endpoint()},
        wait=False,
    )
    with server:
        urls = {"DELAY_DATA": "s3://company-data/delay", "MLFLOW_TRACKING_URI": server.url}
        urls["DELAY_LOCAL"] = str(folder / "local")
        served = Delay(folder / "unused", {**ONE_TRIAL, **keys, **urls})
        here = own_copy(quick.delay, folder), quick.answer
        yield here, (served, served.json("pipeline", "--source", "s3://company-data/raw/table.csv"))


def test_real_stores__rows_features_model_and_metrics_equal_the_embedded_ones(runs):
    (_, embedded), (_, served) = runs
    assert embedded["oracle"] is not None
    assert {**embedded, "oracle": None} == served  # the bucket has no ground truth


def test_real_stores__accepted_rows_have_the_same_bytes(runs, monkeypatch):
    s3_server.reach(monkeypatch)
    here = ArtifactStore(runs[0][0].data)
    there = S3ArtifactStore(S3Client(), "company-data", "delay")
    [address] = [path.name for path in (runs[0][0].data / "ingested").iterdir()]
    assert here.names("ingested", address) == there.names("ingested", address)
    for name in here.names("ingested", address):
        if name != "report.json":  # it names the source
            assert here.read("ingested", address, name) == there.read("ingested", address, name)


@pytest.mark.usefixtures("runs")
def test_real_stores__model_files_are_in_the_bucket(monkeypatch):
    s3_server.reach(monkeypatch)
    listed = boto3.client("s3").list_objects_v2(Bucket="mlflow-model-registry")["Contents"]
    assert any(entry["Key"].endswith("model.onnx") for entry in listed)


def test_real_stores__second_run_computes_nothing(runs):
    _, (served, answer) = runs
    story = served("pipeline", "--source", "s3://company-data/raw/table.csv").stdout
    assert served.variables["MLFLOW_TRACKING_URI"] in story
    again = served.json("pipeline", "--source", "s3://company-data/raw/table.csv")
    assert not again["changed"]
    assert again["model"] == answer["model"]


SHIPMENTS = "simulator://smart_logistics?rows=50&seed=9&dirt=0"


def test_real_stores__predictions_are_the_same_while_mlflow_is_unavailable(runs, tmp_path):
    (embedded, _), (served, _) = runs
    alone = Delay(served.data, {**served.variables, "MLFLOW_TRACKING_URI": "http://127.0.0.1:9"})
    embedded("predict", "--source", SHIPMENTS, "--out", tmp_path / "embedded.csv")
    served("predict", "--source", SHIPMENTS, "--out", tmp_path / "served.csv")
    message = alone("predict", "--source", SHIPMENTS, "--out", tmp_path / "alone.csv").stderr
    assert "MLflow is unavailable: using version 1 of smart_logistics_delay" in message
    written = [(tmp_path / f"{name}.csv").read_bytes() for name in ("embedded", "served", "alone")]
    assert written[0] == written[1] == written[2]


def test_real_stores__runs_and_decisions_are_read_from_the_server(runs):
    _, (served, _) = runs
    assert "1 serves" in served("runs").stdout


def test_concurrent_pipelines__register_one_version(runs, tmp_path):
    _, (served, _) = runs
    model = Delay(served.data, {**served.variables, "MODEL_NAME": "raced"})
    command = ("pipeline", "--source", "s3://company-data/raw/table.csv", "--json")
    first, second = map(json.loads, outputs_at_once(model, 2, tmp_path, *command))
    assert first["model"] == second["model"]
    assert first["model"]["version"] == 1


def test_postgresql_outage__interrupted_pipeline_is_completed_afterwards(runs, postgres):
    _, (served, _) = runs
    command = ("pipeline", "--source", "simulator://smart_logistics?rows=1000&seed=3")
    postgres.stop(immediate=True)
    hasty = {"MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "0", "MLFLOW_HTTP_REQUEST_BACKOFF_JITTER": "0"}
    refused = Delay(served.data, {**served.variables, **hasty})(*command, expect=6)
    assert "MLflow" in refused.stderr
    postgres.restart()
    assert served.json(*command)["model"]["version"] == 2
    assert not served.json(*command)["changed"]


@pytest.fixture(scope="module")
def jumped(runs, postgres, tmp_path_factory):
    """PostgreSQL has served predictions, with outcomes after a jump of the late rate."""
    (embedded, _), _ = runs
    copy_logs(replay_jump(embedded, tmp_path_factory.mktemp("replay")), postgres.url("serving", "serving"))


@pytest.mark.usefixtures("jumped")
def test_monitoring_by_the_cron_job__stores_what_its_status_shows(runs, postgres, tmp_path):
    _, (served, _) = runs
    secrets = {
        "serving-monitoring-db": postgres.url("serving", "monitoring"),
        "monitoring-db": postgres.url("monitoring", "monitoring"),
    }
    pod = CronJobContainer.create(MONITORING, secrets, tmp_path / "pod")
    delay = Delay(served.data, {**pod.environment, **served.variables})
    delay(*pod.arguments)
    windows = delay.json("monitor", "status", "--windows", 100)["windows"]
    assert len(windows) >= DAYS


@pytest.mark.usefixtures("jumped")
def test_recalibration_by_the_cron_job__is_registered_on_the_server_and_rolled_back(runs, postgres, tmp_path):
    _, (served, _) = runs
    secrets = {"recalibration-db": postgres.url("serving", "recalibration")}
    pod = CronJobContainer.create(RECALIBRATION, secrets, tmp_path / "pod")
    delay = Delay(served.data, {**pod.environment, **served.variables})
    result = delay.json(*pod.arguments)
    listed = delay.json("runs")
    assert (result["recalibrated"], result["decision"]["action"]) == (1, "promoted")
    assert listed["serving"] == result["decision"]["version"] == listed["versions"][-1]["version"]
    assert listed["decisions"][-1]["trigger"] == "recalibration"
    assert delay.json("rollback")["version"] == 1
