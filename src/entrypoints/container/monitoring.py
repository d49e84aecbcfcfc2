"""Monitoring: what it measures with, where its results are, and who is notified."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from entrypoints.container.databases import create_database
from entrypoints.container.injector import containers, providers
from entrypoints.settings import MonitoringSettings, Settings

if TYPE_CHECKING:
    from adapters.sql import Database
    from delay_core.ports.density_ratio import DensityRatio
    from delay_core.ports.drift_detector import DriftDetector
    from delay_core.ports.drift_report_renderer import DriftReportRenderer
    from delay_core.ports.monitoring_page_renderer import MonitoringPageRenderer
    from delay_core.ports.monitoring_store import MonitoringStore
    from delay_core.ports.notifier import Notifier
    from delay_core.use_cases.monitor import Monitor
    from delay_core.use_cases.outcome_maturity import ReadOutcomeMaturity
    from delay_core.use_cases.replay import Replay
    from delay_core.use_cases.report_drift import ReportDrift
    from delay_core.use_cases.send_notices import SendNotices


def create_store(database: "Database") -> "MonitoringStore":
    from adapters.sql import MonitoringStore

    return MonitoringStore(database)


def create_drift_detector() -> "DriftDetector":
    from adapters.scipy import DriftDetector

    return DriftDetector()


def create_notifier(settings: MonitoringSettings) -> "Notifier":
    if settings.webhook_url is None:
        from adapters import log

        return log.Notifier()
    from adapters import webhook

    secret = None if settings.webhook_secret is None else settings.webhook_secret.get_secret_value()
    return webhook.Notifier(webhook.WebhookSettings(settings.webhook_url.get_secret_value(), secret))


def create_monitor(
    settings: MonitoringSettings, drift_detector: "DriftDetector", density_ratio: "DensityRatio", **ports: Any
) -> "Monitor":
    from delay_core.monitoring.performance import PerformancePolicy
    from delay_core.use_cases.known_outcomes import KnownOutcomes
    from delay_core.use_cases.measure_window import MeasureDrift, MeasurePerformance
    from delay_core.use_cases.monitor import Monitor, Schedule

    policy = PerformancePolicy(min_rows=settings.drift.minimum_rows, reporting_grace=settings.grace)
    return Monitor(
        known=KnownOutcomes(ports.pop("outcomes"), ports.pop("actions"), settings.grace),
        measure_drift=MeasureDrift(drift_detector, settings.drift),
        measure_performance=MeasurePerformance(density_ratio, policy),
        policy=settings.policy,
        schedule=Schedule(settings.window, settings.horizon),
        max_rows=settings.max_rows or None,
        **ports,
    )


def create_read_outcome_maturity(settings: MonitoringSettings, **ports: Any) -> "ReadOutcomeMaturity":
    from delay_core.use_cases.outcome_maturity import ReadOutcomeMaturity

    return ReadOutcomeMaturity(
        policy=settings.policy, grace=settings.grace, max_rows=settings.max_rows or None, **ports
    )


def create_send_notices(**ports: Any) -> "SendNotices":
    from delay_core.use_cases.send_notices import SendNotices

    return SendNotices(**ports)


def create_report_renderer() -> "DriftReportRenderer":
    from adapters.evidently import DriftReportRenderer

    return DriftReportRenderer()


def create_page_renderer() -> "MonitoringPageRenderer":
    from adapters.html import MonitoringPageRenderer

    return MonitoringPageRenderer()


def create_report_drift(settings: MonitoringSettings, **ports: Any) -> "ReportDrift":
    from delay_core.use_cases.report_drift import ReportDrift

    return ReportDrift(policy=settings.policy, drift_policy=settings.drift, **ports)


def create_replay(settings: Settings, folder: Path, monitoring: "Callable[..., Monitor]", **ports: Any) -> "Replay":
    """Into databases of its own in the folder: replayed predictions are never among those that were served."""
    from adapters.sql import ActionLog, MonitoringStore, OutcomeLog, PredictionLog, PredictionReader
    from delay_core.file_urls import sqlite_url
    from delay_core.ports.progress import NoProgress
    from delay_core.use_cases.replay import Replay

    serving = create_database(sqlite_url(folder / "serving.db"), "serving", settings.database)
    store = MonitoringStore(create_database(sqlite_url(folder / "monitoring.db"), "monitoring", settings.database))
    outcomes = OutcomeLog(serving)
    return Replay(
        alias=settings.model_alias,
        predictions=PredictionLog(serving),
        outcomes=outcomes,
        monitor=monitoring(
            predictions=PredictionReader(serving),
            outcomes=outcomes,
            actions=ActionLog(serving),
            store=store,
            progress=NoProgress(),
        ),
        store=store,
        **ports,
    )


class Monitoring(containers.DeclarativeContainer):
    """Reads the logs of serving, and writes to a database of its own."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    progress: "providers.Dependency[Any]" = providers.Dependency()
    modeling = providers.DependenciesContainer()
    registry = providers.DependenciesContainer()
    logs = providers.DependenciesContainer()
    storage = providers.DependenciesContainer()

    database = providers.Singleton(
        create_database, settings.provided.monitoring_url, "monitoring", settings.provided.database
    )
    store = providers.Singleton(create_store, database)
    drift_detector = providers.Singleton(create_drift_detector)
    notifier = providers.Singleton(create_notifier, settings.provided.monitoring)
    monitor = providers.Factory(
        create_monitor,
        settings.provided.monitoring,
        drift_detector,
        modeling.density_ratio,
        predictions=logs.prediction_reader,
        outcomes=logs.outcome_log,
        actions=logs.action_log,
        catalog=registry.model_catalog,
        store=store,
        progress=progress,
    )
    report_renderer = providers.Singleton(create_report_renderer)
    report_drift = providers.Factory(
        create_report_drift,
        settings.provided.monitoring,
        predictions=logs.prediction_reader,
        catalog=registry.model_catalog,
        store=store,
        renderer=report_renderer.provider,
        page_renderer=providers.Factory(create_page_renderer),
    )
    read_outcome_maturity = providers.Factory(
        create_read_outcome_maturity,
        settings.provided.monitoring,
        predictions=logs.prediction_reader,
        catalog=registry.model_catalog,
    )
    replay = providers.Factory(
        create_replay,
        settings=settings,
        monitoring=monitor.provider,
        source=storage.shipment_source,
        catalog=registry.model_catalog,
        runtime=modeling.runtime,
        notifier=notifier,
        progress=progress,
    )
    send_notices = providers.Factory(create_send_notices, store=store, notifier=notifier)
