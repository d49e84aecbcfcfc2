"""The API follows the serving alias: exchanged under load without a failed request; what must not serve does not."""

import json
import pickle
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.load_clients import LoadClients
from delay_core.promotion import MANUAL_REASON
from infra.local.waiting import wait_until
from support.api_server import ApiServer
from support.registered_models import altered
from support.serving_log import audited, embedded, logged_versions

SWAPS = 50


@pytest.fixture(scope="module")
def models(registered, tmp_path_factory):
    return registered.copy(tmp_path_factory.mktemp("alias"))


@pytest.fixture(scope="module")
def server(models):
    with ApiServer.start(models.data, DELAY_API__POLL="0.05") as running:
        yield running


def serving(server):
    return server.get("/health").json()["model_version"]


def model_health(server):
    return server.get("/health").json()["dependencies"]["model"]["detail"].lower()


def refusals(models):
    return [entry for entry in audited(embedded(models.data)) if entry.action == "model refused"]


def test_fifty_versions_under_load__fail_no_request_and_each_response_names_its_version(server, models):
    wanted = [2 + number % 2 for number in range(SWAPS - 1)] + [1]
    decided = len(models.decisions)

    with LoadClients([server.port], models.records[:20], number=4) as clients:
        for version in wanted:
            models.point(version)
            wait_until(lambda version=version: server.get("/health").json()["model_version"] == version, 60)
            before = len(clients.window.answers)
            wait_until(lambda before=before: len(clients.window.answers) > before, 60)
    wait_until(lambda: len(models.decisions) == decided + SWAPS, 60)

    answers = clients.window.answers
    assert clients.window.failures == {}
    digests = {version: bundle.digest for version, bundle in enumerate(models.bundles, 1)}
    assert {(one["model_version"], one["bundle_digest"]) for one in answers} == set(digests.items())
    probabilities = defaultdict(set)
    for one in answers:
        probabilities[one["model_version"], one["act_above"]].add(one["probability"])
    assert len(probabilities) == 3
    assert not probabilities[1, 0.5] & probabilities[2, 0.5]
    assert logged_versions(embedded(models.data)) == {
        one["prediction_id"].replace("-", ""): one["model_version"] for one in answers
    }
    recorded = models.decisions[decided:]
    assert [decision.version for decision in recorded] == wanted
    assert {decision.reasons for decision in recorded} == {(MANUAL_REASON,)}


def tampered(models):
    """One file of the bundle, as it lies in the store, is another than was registered."""
    version = models.add(altered(models.bundles[0], 0.7, **{"model_card.md": b"# To be tampered with"}))
    (card,) = (path for path in models.files(version) if path.name == "model_card.md")
    card.write_bytes(b"# Tampered with")
    return version, "was altered"


def narrower(models):
    """Its schema takes fewer temperatures than the one that serves."""
    schema = json.loads(models.bundles[0].files["schema.json"])
    schema["columns"]["Temperature"]["maximum"] = 5
    return models.add(altered(models.bundles[0], 0.7, **{"schema.json": json.dumps(schema).encode()})), "refuses"


@dataclass
class Bomb:
    path: Path

    def __reduce__(self):
        return Path.touch, (self.path,)


def exploded(models):
    return models.data / "exploded"


def pickled(models):
    """What it calls ONNX is a pickle."""
    return models.add(altered(models.bundles[0], 0.7, **{"model.onnx": pickle.dumps(Bomb(exploded(models)))})), "onnx"


@pytest.mark.parametrize("made", [tampered, narrower, pickled])
def test_invalid_version__is_refused_and_audited_and_the_previous_one_serves(made, server, models):
    models.point(1)
    wait_until(lambda: serving(server) == 1, 60)
    before = len(refusals(models))
    version, reason = made(models)

    models.point(version)
    wait_until(lambda: len(refusals(models)) > before, 60)
    wait_until(lambda: reason in model_health(server), 60)
    answer, health = server.post("/predict", {"data": models.records[0]}), server.get("/health").json()

    assert answer.json()["model_version"] == 1
    assert health["status"] == "degraded"
    assert health["model_version"] == 1
    (refused,) = refusals(models)[before:]
    assert refused.subject.endswith(f"version {version}")
    assert reason in refused.outcome.lower()
    assert server.get("/health/ready").status == 200
    assert not exploded(models).exists()


def test_reload__says_why_nothing_changes_and_rollback_restores_the_previous_version(server, models):
    models.point(1)
    wait_until(lambda: serving(server) == 1, 60)
    models.point(2)
    wait_until(lambda: serving(server) == 2, 60)
    wait_until(lambda: models.decisions[-1].version == 2, 60)

    back = server.post("/admin/rollback", {})
    models.point(tampered(models)[0])
    refused = server.post("/admin/reload", {})
    models.point(3)
    again = server.post("/admin/reload", {})

    assert (back.status, back.json()) == (200, {"model_version": 1, "replaced": 2, "served": True})
    assert refused.status == 409
    assert "was altered" in refused.json()["detail"]
    assert (again.status, again.json()["model_version"]) == (200, 3)
    done = [(entry.actor, entry.action) for entry in audited(embedded(models.data))]
    assert [one for one in done if one[0] == "anonymous" and one[1] in ("rollback", "reload")] == [
        ("anonymous", "rollback"),
        ("anonymous", "reload"),
        ("anonymous", "reload"),
    ]
