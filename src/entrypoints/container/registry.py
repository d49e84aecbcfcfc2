"""Trainings, registered models and promotions in MLflow."""

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from entrypoints import pyfunc
from entrypoints.container.injector import containers, providers
from entrypoints.settings import Settings

if TYPE_CHECKING:
    from adapters.mlflow import MlflowConnection
    from adapters.mlflow_subprocess import MlflowSubprocess
    from delay_core.bundle import Bundle
    from delay_core.ports.artifact_store import ArtifactStore
    from delay_core.ports.experiment_tracker import ExperimentTracker
    from delay_core.ports.model_catalog import ModelCatalog
    from delay_core.ports.model_registry import ModelRegistry
    from delay_core.ports.promotion_log import PromotionLog
    from delay_core.ports.serving_promotions import ServingPromotions
    from delay_core.ports.version_history import VersionHistory
    from delay_core.use_cases.recovered_bundles import CopyReader

MODEL_CODE = Path(pyfunc.__file__).with_name("model.py")
"""The file that MLflow runs to load a registered model."""
_CACHE = "model-cache"


def create_mlflow(tracking_uri: str) -> "MlflowConnection":
    from adapters.mlflow import MlflowConnection

    return MlflowConnection(tracking_uri)


def create_experiment_tracker(mlflow: "MlflowConnection") -> "ExperimentTracker":
    from adapters.mlflow import ExperimentTracker

    return ExperimentTracker(mlflow)


def create_model_registry(mlflow: "MlflowConnection") -> "ModelRegistry":
    from adapters.mlflow import ModelRegistry

    return ModelRegistry(mlflow, MODEL_CODE)


def create_recovering_registry(
    registry: "ModelRegistry", store: "Callable[[], ArtifactStore]", local_folder: Path
) -> "ModelRegistry":
    from delay_core.use_cases.recovered_bundles import RecoveringModelRegistry

    return RecoveringModelRegistry(registry, [_copy_in_store(store), _copy_in_cache(local_folder)])


def create_recovering_catalog(catalog: "ModelCatalog", store: "Callable[[], ArtifactStore]") -> "ModelCatalog":
    from delay_core.use_cases.recovered_bundles import RecoveringModelCatalog

    return RecoveringModelCatalog(catalog, [_copy_in_store(store)])


def _copy_in_store(store: "Callable[[], ArtifactStore]") -> "CopyReader":
    """Reads bundles from the store that `store` creates when a copy is needed."""

    def read_copy(digest: str) -> "Bundle | None":
        from delay_core.artifacts import find_bundle

        return find_bundle(store(), digest)

    return read_copy


def _copy_in_cache(local_folder: Path) -> "CopyReader":
    def read_copy(digest: str) -> "Bundle | None":
        from adapters.registry_cache import read_cached_bundle

        return read_cached_bundle(local_folder / _CACHE, digest)

    return read_copy


def create_reachable_catalog(
    tracking_uri: str, create_registry: "Callable[[], ModelRegistry]", store: "Callable[[], ArtifactStore]"
) -> "ModelCatalog":
    """The registry as a catalog. Raises StoreError if its server is unavailable, before MLflow's client is imported."""
    from adapters.shared.connectivity import check_connection

    check_connection("MLflow", tracking_uri)
    return create_recovering_catalog(create_registry(), store)


def create_promotion_log(mlflow: "MlflowConnection") -> "PromotionLog":
    from adapters.mlflow import PromotionLog

    return PromotionLog(mlflow)


def create_cached_catalog(
    create_catalog: "Callable[[], ModelCatalog]", local_folder: Path, size: int
) -> "ModelCatalog":
    from adapters.registry_cache import CachedModelCatalog

    return CachedModelCatalog(create_catalog, local_folder / _CACHE, size)


def create_mlflow_subprocess(tracking_uri: str, alias: str) -> "MlflowSubprocess":
    from adapters.mlflow_subprocess import MlflowSubprocess

    return MlflowSubprocess(tracking_uri, alias, MODEL_CODE)


def create_rest_catalog(
    tracking_uri: str, process: "MlflowSubprocess", store: "Callable[[], ArtifactStore]", local_folder: Path
) -> "ModelCatalog":
    """Bundles are loaded by MLflow's client; where it is not installed, from the copies of the data folder."""
    from adapters.mlflow_rest import ModelCatalog

    catalog = ModelCatalog(tracking_uri, process.load_bundle, os.environ)
    if find_spec("mlflow"):
        return create_recovering_catalog(catalog, store)
    from delay_core.use_cases.stored_bundles import StoredModelCatalog

    return StoredModelCatalog(catalog, [_copy_in_store(store), _copy_in_cache(local_folder)])


def select_serving_client(kind: str) -> str:
    """`rest`, or `library`: MLflow's own client, for a database and for servers whose signatures only it can make."""
    if kind == "database":
        return "library"
    from adapters.mlflow_rest import client_only_variable

    return "library" if client_only_variable(os.environ) else "rest"


def create_direct_promotions(registry: "ModelRegistry", log: "PromotionLog", alias: str) -> "ServingPromotions":
    from delay_core.use_cases.serving_promotions import DirectServingPromotions

    return DirectServingPromotions(registry, log, alias)


def create_direct_history(registry: "ModelRegistry", log: "PromotionLog") -> "VersionHistory":
    from delay_core.use_cases.direct_version_history import DirectVersionHistory

    return DirectVersionHistory(registry, log)


def create_rest_history(tracking_uri: str) -> "VersionHistory":
    from adapters.mlflow_rest import VersionHistory

    return VersionHistory(tracking_uri, os.environ)


def create_subprocess_promotions(
    process: "MlflowSubprocess", store: "Callable[[], ArtifactStore]", local_folder: Path
) -> "ServingPromotions":
    from adapters.mlflow_subprocess import ServingPromotions

    return ServingPromotions(process, [_copy_in_store(store), _copy_in_cache(local_folder)])


class Registry(containers.DeclarativeContainer):
    """A server of predictions uses an MLflow server without MLflow's client in its own process if it can."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    storage = providers.DependenciesContainer()

    mlflow = providers.Singleton(create_mlflow, settings.provided.tracking_uri)
    experiment_tracker = providers.Singleton(create_experiment_tracker, mlflow)
    mlflow_registry = providers.Singleton(create_model_registry, mlflow)
    model_registry = providers.Singleton(
        create_recovering_registry, mlflow_registry, storage.artifact_store.provider, settings.provided.local_folder
    )
    promotion_log = providers.Singleton(create_promotion_log, mlflow)
    model_catalog = providers.Singleton(
        create_cached_catalog,
        providers.Factory(
            create_reachable_catalog,
            settings.provided.tracking_uri,
            mlflow_registry.provider,
            storage.artifact_store.provider,
        ).provider,
        settings.provided.local_folder,
        settings.provided.model_cache_size,
    )

    mlflow_subprocess = providers.Singleton(
        create_mlflow_subprocess, settings.provided.tracking_uri, settings.provided.model_alias
    )
    rest_catalog = providers.Singleton(
        create_rest_catalog,
        settings.provided.tracking_uri,
        mlflow_subprocess,
        storage.artifact_store.provider,
        settings.provided.local_folder,
    )
    serving_client = providers.Callable(select_serving_client, settings.provided.mlflow_kind)
    serving_catalog = providers.Selector(
        serving_client,
        library=model_catalog,
        rest=providers.Singleton(
            create_cached_catalog,
            rest_catalog.provider,
            settings.provided.local_folder,
            settings.provided.model_cache_size,
        ),
    )
    version_history = providers.Selector(
        serving_client,
        library=providers.Singleton(create_direct_history, model_registry, promotion_log),
        rest=providers.Singleton(create_rest_history, settings.provided.tracking_uri),
    )
    serving_promotions = providers.Selector(
        serving_client,
        library=providers.Singleton(
            create_direct_promotions, model_registry, promotion_log, settings.provided.model_alias
        ),
        rest=providers.Singleton(
            create_subprocess_promotions,
            mlflow_subprocess,
            storage.artifact_store.provider,
            settings.provided.local_folder,
        ),
    )
