"""Every ServingPromotions: manual promotions are recorded once, and every promotion can be rolled back."""

from dataclasses import dataclass
from uuid import uuid4

import pytest

from delay_core.errors import NoSuchModel
from delay_core.ports.experiment_tracker import TrainingRun
from delay_core.ports.model_registry import ModelRegistry
from delay_core.ports.promotion_log import PromotionLog
from delay_core.ports.serving_promotions import ServingPromotions
from delay_core.use_cases.serving_promotions import DirectServingPromotions
from fakes import model_registry, promotion_log, serving_promotions
from support.bundles import tiny_bundle
from support.lazy_module import LazyModule

mlflow_subprocess, mlflow = LazyModule("adapters.mlflow_subprocess"), LazyModule("adapters.mlflow")
mlflow_stores, registry_cases = LazyModule("support.mlflow_stores"), LazyModule("support.registry_cases")
ALIAS = "production"


@dataclass
class Deployment:
    """Promotions under test, and the registry and log that they change."""

    promotions: ServingPromotions
    registry: ModelRegistry
    log: PromotionLog
    run_id: str
    name: str

    def register(self, salt: str):
        version = self.registry.register(self.name, tiny_bundle(f"{self.name} {salt}"), self.run_id)
        self.registry.set_alias(self.name, ALIAS, version.version)
        return version


@pytest.fixture(params=["fake", "direct", "MLflow subprocess"])
def deployment(request) -> Deployment:
    name = f"late-{uuid4().hex}"
    if request.param == "MLflow subprocess":
        store = mlflow_stores.server_store()
        run_id = mlflow.ExperimentTracker(store).record(name, TrainingRun(uuid4().hex, {}, {}, {}))
        process = mlflow_subprocess.MlflowSubprocess(store.tracking_uri, ALIAS, registry_cases.CODE)
        promotions = mlflow_subprocess.ServingPromotions(process)
        return Deployment(
            promotions, mlflow.ModelRegistry(store, registry_cases.CODE), mlflow.PromotionLog(store), run_id, name
        )
    registry, log = model_registry.ModelRegistry(), promotion_log.PromotionLog()
    if request.param == "fake":
        promotions = serving_promotions.ServingPromotions(registry, log, ALIAS)
    else:
        promotions = DirectServingPromotions(registry, log, ALIAS, sleep=lambda _: None)
    return Deployment(promotions, registry, log, "run-1", name)


def test_manual_promotion__is_recorded_once_and_can_be_rolled_back(deployment):
    promotions, log, name = deployment.promotions, deployment.log, deployment.name
    first = deployment.register("one")
    recorded = [promotions.record_manual(first)]
    second = deployment.register("two")
    recorded += [promotions.record_manual(second), promotions.record_manual(second)]

    decision = promotions.roll_back(name)

    assert recorded == [True, True, True]
    assert [(d.action, d.version, d.digest, d.replaced, d.forced) for d in log.decisions(name)[:2]] == [
        ("promoted", first.version, first.digest, None, True),
        ("promoted", second.version, second.digest, first.version, True),
    ]
    assert (decision.action, decision.version, decision.replaced) == ("rolled_back", first.version, second.version)
    assert deployment.registry.get_by_alias(name, ALIAS) == first
    assert log.decisions(name)[2:] == [decision]


def test_version_that_was_rolled_back_already__is_not_recorded_again(deployment):
    """A server notices late that the version served."""
    versions = [deployment.register(salt) for salt in ("one", "two")]
    for version in versions:
        assert deployment.promotions.record_manual(version)  # though the alias points at the second one already
    deployment.promotions.roll_back(deployment.name)

    assert deployment.promotions.record_manual(versions[1])
    assert [decision.version for decision in deployment.log.decisions(deployment.name)] == [1, 2, 1]

    deployment.registry.set_alias(deployment.name, ALIAS, 2)
    assert deployment.promotions.record_manual(versions[1])
    assert [decision.version for decision in deployment.log.decisions(deployment.name)] == [1, 2, 1, 2]


def test_rollback__without_an_earlier_version_is_refused(deployment):
    with pytest.raises(NoSuchModel, match=deployment.name):
        deployment.promotions.roll_back(deployment.name)
    assert deployment.log.decisions(deployment.name) == []
