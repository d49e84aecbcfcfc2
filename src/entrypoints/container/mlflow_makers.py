"""Which adapter stands behind the ports that MLflow answers: runs, registered bundles, decisions."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from delay_core.errors import StoreError
from entrypoints import pyfunc
from entrypoints.container.makers import here

if TYPE_CHECKING:
    from adapters import registry_cache
    from adapters.mlflow import MlflowStore
    from delay_core.ports import experiment_tracker, model_registry, promotion_log
    from delay_core.promotion import Decision
    from delay_core.use_cases.rollback import Rollback
    from entrypoints.container.errands import Errands
    from entrypoints.settings import Settings


def make_mlflow(settings: "Settings") -> "MlflowStore":
    from adapters.mlflow import MlflowStore

    embedded = here(settings).absolute() / "mlflow" / "mlflow.db"
    return MlflowStore(settings.mlflow_tracking_uri or f"sqlite:///{embedded}")


def make_tracker(mlflow: "MlflowStore") -> "experiment_tracker.ExperimentTracker":
    from adapters.mlflow import ExperimentTracker

    return ExperimentTracker(mlflow)


def make_registry(mlflow: "MlflowStore") -> "model_registry.ModelRegistry":
    from adapters.mlflow import ModelRegistry

    return ModelRegistry(mlflow, code=Path(pyfunc.__file__).with_name("model.py"))


def make_cached(
    settings: "Settings", registry: "Callable[[], model_registry.ModelRegistry]"
) -> "registry_cache.ModelRegistry":
    """The registry for those who only serve: it answers from its cache while MLflow is away."""
    from adapters.registry_cache import ModelRegistry
    from adapters.shared.connectivity import tcp_connect_error

    uri = settings.mlflow_tracking_uri or ""

    def reached() -> "model_registry.ModelRegistry":
        if uri.startswith("http") and (why := tcp_connect_error(uri)):
            raise StoreError(f"MLflow: {why}")
        return registry()

    return ModelRegistry(reached, here(settings) / "model-cache", settings.model_cache_keep)


def make_followed(
    settings: "Settings", registry: "Callable[[], model_registry.ModelRegistry]"
) -> "registry_cache.ModelRegistry":
    """The registry for a server of predictions, which asks all the time: a server's without MLflow's client."""
    uri = settings.mlflow_tracking_uri or ""
    if not uri.startswith("http"):
        return make_cached(settings, registry)
    from adapters.mlflow_rest import ModelRegistry as Watched
    from adapters.registry_cache import ModelRegistry

    load = make_errands(settings).load
    return ModelRegistry(
        lambda: Watched(uri, load, os.environ), here(settings) / "model-cache", settings.model_cache_keep
    )


def make_errands(settings: "Settings") -> "Errands":
    from entrypoints.container.errands import Errands

    return Errands(str(settings.mlflow_tracking_uri), settings.model_alias)


def make_record_by_hand(
    settings: "Settings", log: "Callable[[], promotion_log.PromotionLog]"
) -> "Callable[[model_registry.ModelVersion], bool]":
    """Records who serves without a decision; beside a server, in a process of its own."""
    if (settings.mlflow_tracking_uri or "").startswith("http"):
        return make_errands(settings).record
    from delay_core.use_cases.follow import record_by_hand

    return lambda version: record_by_hand(log(), version)


def make_roll_back(settings: "Settings", rollback: "Callable[[], Rollback]") -> "Callable[[str], Decision]":
    """Lets the version before serve; beside a server, in a process of its own."""
    if (settings.mlflow_tracking_uri or "").startswith("http"):
        return make_errands(settings).rollback

    def roll_back(name: str) -> "Decision":
        return rollback()(name)

    return roll_back


def make_log(mlflow: "MlflowStore") -> "promotion_log.PromotionLog":
    from adapters.mlflow import PromotionLog

    return PromotionLog(mlflow)
