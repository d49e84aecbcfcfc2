"""Which adapter stands behind each port, and which ports each use case is given.

Adapters are imported inside their provider function: what a command does not use, it does not load.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlparse

from dependency_injector import containers, providers

from delay_core import use_cases
from delay_core.errors import StoreError
from delay_core.ports import (
    artifact_store,
    experiment_tracker,
    leakage_probe,
    model_registry,
    model_runtime,
    model_trainer,
    oracle,
    outcome_log,
    pictures,
    prediction_log,
    promotion_log,
    scoring_metrics,
    shipment_source,
    table_codec,
    table_sampler,
)
from delay_core.ports.progress import Progress
from delay_core.splits import SplitPolicy
from entrypoints import pyfunc
from entrypoints.settings import Settings

if TYPE_CHECKING:
    from adapters import cache
    from adapters.mlflow import MlflowStore
    from adapters.postgres import Database
    from adapters.postgres.migrations import Kind
    from adapters.s3 import Connection, Report
    from adapters.simulator import WrittenTable


def _folder(data: str) -> Path:
    if data.startswith("file:"):
        return Path(unquote(urlparse(data).path))
    if "://" in data:
        raise StoreError(f"DELAY_DATA={data}: no store speaks this scheme; give a folder, or a file:// or s3:// URL")
    return Path(data)


def _here(settings: Settings) -> Path:
    """The folder on this machine: that of the data, or another where they lie elsewhere."""
    return Path(settings.local) if settings.data.startswith("s3://") else _folder(settings.data)


def _store(settings: Settings, s3: "Callable[[], Connection]") -> artifact_store.ArtifactStore:
    if settings.data.startswith("s3://"):
        return _s3_store(settings.data, s3())
    from adapters.files import ArtifactStore

    return ArtifactStore(_folder(settings.data))


def _s3_store(url: str, connection: "Connection") -> artifact_store.ArtifactStore:
    from adapters.s3 import ArtifactStore

    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    return ArtifactStore(connection, bucket, prefix)


def _codec() -> table_codec.TableCodec:
    from adapters.tables import TableCodec

    return TableCodec()


def _source(s3: "Callable[[], Connection]") -> shipment_source.ShipmentSource:
    from entrypoints.container.sources import ShipmentSource

    return ShipmentSource(
        {"file": _file_source, "kaggle": _kaggle_source, "s3": partial(_s3_source, s3), "simulator": _simulator_source}
    )


def _file_source() -> shipment_source.ShipmentSource:
    from adapters import files, tables

    return tables.ShipmentSource(files.ByteSource())


def _kaggle_source() -> shipment_source.ShipmentSource:
    from adapters import kaggle, tables

    return tables.ShipmentSource(kaggle.ByteSource())


def _s3_source(s3: "Callable[[], Connection]") -> shipment_source.ShipmentSource:
    from adapters import tables
    from adapters.s3 import ByteSource

    return tables.ShipmentSource(ByteSource(s3()))


def _s3() -> "Connection":
    from adapters.s3 import Connection

    return Connection()


def _sync(s3: "Callable[[], Connection]", progress: Progress) -> "Callable[..., Report]":
    from adapters.s3 import synchronise

    return partial(synchronise, s3(), progress=progress)


def _simulator_source() -> shipment_source.ShipmentSource:
    from adapters.simulator import ShipmentSource

    return ShipmentSource()


def _sampler() -> table_sampler.TableSampler:
    from adapters import tables
    from adapters.files import ByteSource

    return tables.TableSampler(ByteSource())


def _oracle() -> oracle.Oracle:
    from adapters.simulator import Oracle

    return Oracle()


def _write_simulated(progress: Progress) -> "Callable[..., WrittenTable]":
    from adapters.simulator import write_table

    return partial(write_table, progress=progress)


def _trainer() -> model_trainer.ModelTrainer:
    from adapters.model import ModelTrainer

    return ModelTrainer()


def _runtime() -> model_runtime.ModelRuntime:
    from adapters.model import ModelRuntime

    return ModelRuntime()


def _metrics() -> scoring_metrics.ScoringMetrics:
    from adapters.model import ScoringMetrics

    return ScoringMetrics()


def _probe() -> leakage_probe.LeakageProbe:
    from adapters.model import LeakageProbe

    return LeakageProbe()


def _pictures() -> pictures.Pictures:
    from adapters.pictures import Pictures

    return Pictures()


def _mlflow(settings: Settings) -> "MlflowStore":
    from adapters.mlflow import MlflowStore

    embedded = _here(settings).absolute() / "mlflow" / "mlflow.db"
    return MlflowStore(settings.mlflow_tracking_uri or f"sqlite:///{embedded}")


def _tracker(mlflow: "MlflowStore") -> experiment_tracker.ExperimentTracker:
    from adapters.mlflow import ExperimentTracker

    return ExperimentTracker(mlflow)


def _registry(mlflow: "MlflowStore") -> model_registry.ModelRegistry:
    from adapters.mlflow import ModelRegistry

    return ModelRegistry(mlflow, code=Path(pyfunc.__file__).with_name("model.py"))


def _cached(settings: Settings, registry: "Callable[[], model_registry.ModelRegistry]") -> "cache.ModelRegistry":
    """The registry for those who only serve: it answers from its cache while MLflow is away."""
    from adapters.cache import ModelRegistry
    from adapters.reach import unreachable

    uri = settings.mlflow_tracking_uri or ""

    def reached() -> model_registry.ModelRegistry:
        if uri.startswith("http") and (why := unreachable(uri)):
            raise StoreError(f"MLflow: {why}")
        return registry()

    return ModelRegistry(reached, _here(settings) / "model-cache", settings.model_cache_keep)


def _log(mlflow: "MlflowStore") -> promotion_log.PromotionLog:
    from adapters.mlflow import PromotionLog

    return PromotionLog(mlflow)


def _database(settings: Settings, kind: "Kind", *urls: str | None) -> "Database":
    """The first URL that is set, or the embedded database of this kind."""
    from adapters.postgres import Database

    embedded = _here(settings).absolute() / f"{kind}.db"
    return Database(next(filter(None, urls), f"sqlite:///{embedded}"), kind)


def _owned_databases(settings: Settings) -> "Mapping[str, Database]":
    return {
        "serving": _database(settings, "serving", settings.serving_owner_db, settings.serving_db),
        "monitoring": _database(settings, "monitoring", settings.monitoring_owner_db, settings.monitoring_db),
    }


def _operators(settings: Settings) -> "Database":
    return _database(settings, "serving", settings.operator_db, settings.serving_db)


def _predictions(database: "Database") -> prediction_log.PredictionLog:
    from adapters.postgres import PredictionLog

    return PredictionLog(database)


def _outcomes(database: "Database") -> outcome_log.OutcomeLog:
    from adapters.postgres import OutcomeLog

    return OutcomeLog(database)


class Container(containers.DeclarativeContainer):
    """Give it `settings` and `progress`; ask it for use cases."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    progress: providers.Dependency[Progress] = providers.Dependency()
    policy = providers.Singleton(SplitPolicy)

    s3 = providers.Singleton(_s3)
    store = providers.Singleton(_store, settings, s3.provider)
    codec = providers.Singleton(_codec)
    source = providers.Singleton(_source, s3.provider)
    sync = providers.Singleton(_sync, s3.provider, progress)
    sampler = providers.Singleton(_sampler)
    oracle = providers.Singleton(_oracle)
    write_simulated = providers.Singleton(_write_simulated, progress)
    trainer = providers.Singleton(_trainer)
    runtime = providers.Singleton(_runtime)
    metrics = providers.Singleton(_metrics)
    probe = providers.Singleton(_probe)
    pictures = providers.Singleton(_pictures)
    mlflow = providers.Singleton(_mlflow, settings)
    tracker = providers.Singleton(_tracker, mlflow)
    registry = providers.Singleton(_registry, mlflow)
    log = providers.Singleton(_log, mlflow)
    cached_registry = providers.Singleton(_cached, settings, registry.provider)

    draft_schema = providers.Factory(use_cases.DraftSchema, sampler=sampler, progress=progress)
    check_schema = providers.Factory(use_cases.CheckSchema, source=source, progress=progress, policy=policy)
    ingest = providers.Factory(use_cases.Ingest, source=source, store=store, codec=codec, progress=progress)
    preprocess = providers.Factory(use_cases.Preprocess, store=store, codec=codec, progress=progress, policy=policy)
    train = providers.Factory(
        use_cases.Train,
        store=store,
        codec=codec,
        trainer=trainer,
        runtime=runtime,
        metrics=metrics,
        probe=probe,
        oracle=oracle,
        pictures=pictures,
        progress=progress,
        seed=settings.provided.seed,
    )
    register = providers.Factory(use_cases.Register, store=store, tracker=tracker, registry=registry, progress=progress)
    promote = providers.Factory(
        use_cases.Promote,
        store=store,
        codec=codec,
        registry=registry,
        log=log,
        runtime=runtime,
        metrics=metrics,
        alias=settings.provided.model_alias,
        seed=settings.provided.seed,
    )
    owned_databases = providers.Singleton(_owned_databases, settings)
    operators = providers.Singleton(_operators, settings)
    erasable_predictions = providers.Singleton(_predictions, operators)
    erasable_outcomes = providers.Singleton(_outcomes, operators)
    erase_shipment = providers.Factory(
        use_cases.EraseShipment, predictions=erasable_predictions, outcomes=erasable_outcomes
    )
    retention = providers.Factory(use_cases.Retention, predictions=erasable_predictions, outcomes=erasable_outcomes)
    rollback = providers.Factory(use_cases.Rollback, registry=registry, log=log, alias=settings.provided.model_alias)
    predict = providers.Factory(
        use_cases.Predict, source=source, store=store, codec=codec, runtime=runtime, progress=progress
    )
    pipeline = providers.Factory(
        use_cases.Pipeline,
        ingest=ingest.provider,
        preprocess=preprocess.provider,
        train=train.provider,
        register=register.provider,
        promote=promote.provider,
        predict=predict.provider,
        registry=registry.provider,
        alias=settings.provided.model_alias,
    )
