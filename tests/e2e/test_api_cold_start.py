"""The API starts while MLflow and S3 are away: from its cache, verified; with none it lives, and says why not more."""

from pathlib import Path

import pytest

from support.api_server import NOWHERE, ApiServer
from support.serving_log import embedded, logged

S3_IS_AWAY = {
    "DELAY_DATA": "s3://smart-logistics-data/delay",
    "AWS_ENDPOINT_URL": NOWHERE,
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    "MLFLOW_TRACKING_URI": NOWHERE,
}


def start(data, **more):
    return ApiServer.start(data, **{**S3_IS_AWAY, "DELAY_LOCAL": str(data), **more})


def test_mlflow_and_s3_unavailable__serves_from_the_verified_cache(registered, tmp_path):
    copied = registered.copy(tmp_path)

    with start(copied.data) as server:
        answer, health = server.post("/predict", {"data": copied.records[0]}).json(), server.get("/health").json()

    assert (answer["model_version"], answer["bundle_digest"]) == (1, copied.bundles[0].digest)
    assert logged(embedded(copied.data)) == {answer["prediction_id"].replace("-", ""): 1}
    assert (health["status"], health["model_loaded"]) == ("degraded", True)
    assert "MLflow is unavailable; last known state of" in health["dependencies"]["registry"]["detail"]


@pytest.mark.parametrize(
    ("cache", "lacks"), [("empty", "the cache holds no earlier response"), ("tampered", "is not in the cache")]
)
def test_no_valid_model__is_live_but_not_ready_with_the_reason(cache, lacks, registered, tmp_path):
    data = tmp_path / "data"
    if cache == "tampered":
        data = registered.copy(tmp_path).data
        (model,) = Path(data / "model-cache").rglob("model.onnx")
        model.write_bytes(model.read_bytes() + b"0")

    with start(data, ready="/health/live") as server:
        live, ready, health = (server.get(f"/health{path}") for path in ("/live", "/ready", ""))
        answer = server.post("/predict", {"data": registered.records[0]})
        reload, explained = server.post("/admin/reload", {}), server.get("/predict")

    assert (live.status, ready.status, health.status) == (200, 503, 200)
    assert ready.json()["model_loaded"] is False
    why = ready.json()["dependencies"]["model"]
    assert why["state"] == "down"
    assert why["detail"].startswith("not loaded: MLflow")
    assert "Connection refused" in why["detail"]
    assert str(data) not in why["detail"]
    assert lacks in why["detail"]
    assert answer.status == 503
    assert "not loaded" in answer.json()["detail"]
    assert int(answer.headers["retry-after"]) > 0
    assert reload.status == 503
    assert explained.status == 200
