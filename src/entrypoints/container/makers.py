"""Which adapter stands behind each port: a function each.

Adapters are imported inside their function: what a command does not use, it does not load.
"""

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlparse

from delay_core.errors import StoreError
from delay_core.ports import (
    artifact_store,
    audit_log,
    calibration_fitter,
    card_page,
    experiment_tracker,
    explainer,
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
from delay_core.use_cases.follow import record_by_hand
from entrypoints import pyfunc
from entrypoints.settings import Settings

if TYPE_CHECKING:
    from adapters import cache
    from adapters.journal import Journal
    from adapters.mlflow import MlflowStore
    from adapters.postgres import Database
    from adapters.postgres.migrations import Kind
    from adapters.s3 import Connection, Report
    from adapters.simulator import WrittenTable
    from delay_core.promotion import Decision
    from delay_core.use_cases import Rollback


def _folder(data: str) -> Path:
    if data.startswith("file:"):
        return Path(unquote(urlparse(data).path))
    if "://" in data:
        raise StoreError(f"DELAY_DATA={data}: no store speaks this scheme; give a folder, or a file:// or s3:// URL")
    return Path(data)


def _here(settings: Settings) -> Path:
    """The folder on this machine: that of the data, or another where they lie elsewhere."""
    return Path(settings.local) if settings.data.startswith("s3://") else _folder(settings.data)


def make_store(settings: Settings, s3: "Callable[[], Connection]") -> artifact_store.ArtifactStore:
    if settings.data.startswith("s3://"):
        return _s3_store(settings.data, s3())
    from adapters.files import ArtifactStore

    return ArtifactStore(_folder(settings.data))


def _s3_store(url: str, connection: "Connection") -> artifact_store.ArtifactStore:
    from adapters.s3 import ArtifactStore

    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    return ArtifactStore(connection, bucket, prefix)


def make_codec() -> table_codec.TableCodec:
    from adapters.tables import TableCodec

    return TableCodec()


def make_source(s3: "Callable[[], Connection]") -> shipment_source.ShipmentSource:
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


def make_s3() -> "Connection":
    from adapters.s3 import Connection

    return Connection()


def make_sync(s3: "Callable[[], Connection]", progress: Progress) -> "Callable[..., Report]":
    from adapters.s3 import synchronise

    return partial(synchronise, s3(), progress=progress)


def _simulator_source() -> shipment_source.ShipmentSource:
    from adapters.simulator import ShipmentSource

    return ShipmentSource()


def make_sampler() -> table_sampler.TableSampler:
    from adapters import tables
    from adapters.files import ByteSource

    return tables.TableSampler(ByteSource())


def make_oracle() -> oracle.Oracle:
    from adapters.simulator import Oracle

    return Oracle()


def make_write_simulated(progress: Progress) -> "Callable[..., WrittenTable]":
    from adapters.simulator import write_table

    return partial(write_table, progress=progress)


def make_trainer() -> model_trainer.ModelTrainer:
    from adapters.model import ModelTrainer

    return ModelTrainer()


def make_runtime() -> model_runtime.ModelRuntime:
    from adapters.model import ModelRuntime

    return ModelRuntime()


def make_fitter() -> calibration_fitter.CalibrationFitter:
    from adapters.model import CalibrationFitter

    return CalibrationFitter()


def make_explainer() -> explainer.ModelExplainer:
    from adapters.model import ModelExplainer

    return ModelExplainer()


def make_page() -> card_page.CardPage:
    from adapters.pages import CardPage

    return CardPage()


def make_metrics() -> scoring_metrics.ScoringMetrics:
    from adapters.model import ScoringMetrics

    return ScoringMetrics()


def make_probe() -> leakage_probe.LeakageProbe:
    from adapters.model import LeakageProbe

    return LeakageProbe()


def make_pictures() -> pictures.Pictures:
    from adapters.pictures import Pictures

    return Pictures()


def make_mlflow(settings: Settings) -> "MlflowStore":
    from adapters.mlflow import MlflowStore

    embedded = _here(settings).absolute() / "mlflow" / "mlflow.db"
    return MlflowStore(settings.mlflow_tracking_uri or f"sqlite:///{embedded}")


def make_tracker(mlflow: "MlflowStore") -> experiment_tracker.ExperimentTracker:
    from adapters.mlflow import ExperimentTracker

    return ExperimentTracker(mlflow)


def make_registry(mlflow: "MlflowStore") -> model_registry.ModelRegistry:
    from adapters.mlflow import ModelRegistry

    return ModelRegistry(mlflow, code=Path(pyfunc.__file__).with_name("model.py"))


def make_cached(settings: Settings, registry: "Callable[[], model_registry.ModelRegistry]") -> "cache.ModelRegistry":
    """The registry for those who only serve: it answers from its cache while MLflow is away."""
    from adapters.cache import ModelRegistry
    from adapters.reach import unreachable

    uri = settings.mlflow_tracking_uri or ""

    def reached() -> model_registry.ModelRegistry:
        if uri.startswith("http") and (why := unreachable(uri)):
            raise StoreError(f"MLflow: {why}")
        return registry()

    return ModelRegistry(reached, _here(settings) / "model-cache", settings.model_cache_keep)


def make_followed(settings: Settings, registry: "Callable[[], model_registry.ModelRegistry]") -> "cache.ModelRegistry":
    """The registry for a server of predictions, which asks all the time: a server's without MLflow's client."""
    uri = settings.mlflow_tracking_uri or ""
    if not uri.startswith("http"):
        return make_cached(settings, registry)
    from adapters.cache import ModelRegistry
    from adapters.mlflow_rest import ModelRegistry as Watched
    from entrypoints.container import errands

    return ModelRegistry(
        lambda: Watched(uri, errands.load, os.environ), _here(settings) / "model-cache", settings.model_cache_keep
    )


def make_record_by_hand(
    settings: Settings, log: "Callable[[], promotion_log.PromotionLog]"
) -> "Callable[[model_registry.ModelVersion], bool]":
    """Records who serves without a decision; beside a server, in a process of its own."""
    if (settings.mlflow_tracking_uri or "").startswith("http"):
        from entrypoints.container import errands

        return errands.record
    return lambda version: record_by_hand(log(), version)


def make_roll_back(settings: Settings, rollback: "Callable[[], Rollback]") -> "Callable[[str], Decision]":
    """Lets the version before serve; beside a server, in a process of its own."""
    if (settings.mlflow_tracking_uri or "").startswith("http"):
        from entrypoints.container import errands

        return errands.rollback

    def roll_back(name: str) -> "Decision":
        return rollback()(name)

    return roll_back


def make_log(mlflow: "MlflowStore") -> promotion_log.PromotionLog:
    from adapters.mlflow import PromotionLog

    return PromotionLog(mlflow)


def _database(settings: Settings, kind: "Kind", *urls: str | None) -> "Database":
    """The first URL that is set, or the embedded database of this kind."""
    from adapters.postgres import Database

    embedded = _here(settings).absolute() / f"{kind}.db"
    return Database(next(filter(None, urls), f"sqlite:///{embedded}"), kind)


def make_owned_databases(settings: Settings) -> "Mapping[str, Database]":
    return {
        "serving": _database(settings, "serving", settings.serving_owner_db, settings.serving_db),
        "monitoring": _database(settings, "monitoring", settings.monitoring_owner_db, settings.monitoring_db),
    }


def make_operators(settings: Settings) -> "Database":
    return _database(settings, "serving", settings.operator_db, settings.serving_db)


def make_predictions(database: "Database") -> prediction_log.PredictionLog:
    from adapters.postgres import PredictionLog

    return PredictionLog(database)


def make_outcomes(database: "Database") -> outcome_log.OutcomeLog:
    from adapters.postgres import OutcomeLog

    return OutcomeLog(database)


def make_audit(database: "Database") -> audit_log.AuditLog:
    from adapters.postgres import AuditLog

    return AuditLog(database)


def make_serving(settings: Settings) -> "Database":
    return _database(settings, "serving", settings.serving_db)


def make_journal(settings: Settings) -> "Journal":
    from adapters.journal import Journal

    return Journal(_here(settings).absolute() / "serving-journal.db", settings.journal_rows, PATIENCE)


PATIENCE = 0.5
"""Seconds that the API waits for its database before the journal takes over."""


def make_served_predictions(journal: "Journal", database: "Database") -> prediction_log.PredictionLog:
    """The log of the API: of PostgreSQL it is certain that an append gives up by itself."""
    from adapters.journal import PredictionLog
    from adapters.postgres import PredictionLog as Stored

    return PredictionLog(journal, Stored(database, PATIENCE), gives_up=not database.embedded)


def make_journaled_predictions(journal: "Journal", inner: prediction_log.PredictionLog) -> prediction_log.PredictionLog:
    from adapters.journal import PredictionLog

    return PredictionLog(journal, inner)


def make_journaled_outcomes(journal: "Journal", inner: outcome_log.OutcomeLog) -> outcome_log.OutcomeLog:
    from adapters.journal import OutcomeLog

    return OutcomeLog(journal, inner)


def make_journaled_audit(journal: "Journal", inner: audit_log.AuditLog) -> audit_log.AuditLog:
    from adapters.journal import AuditLog

    return AuditLog(journal, inner)
