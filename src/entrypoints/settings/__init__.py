"""Settings from the environment. Every default is embedded: it needs no server, no account and no network."""

from entrypoints.settings.api import ApiSettings
from entrypoints.settings.database import DatabaseSettings
from entrypoints.settings.monitoring import MonitoringSettings
from entrypoints.settings.recalibration import RecalibrationSettings
from entrypoints.settings.settings import DatabaseKind, Settings
from entrypoints.settings.ui import UiSettings
from entrypoints.settings.worklist import WorklistSettings

__all__ = [
    "ApiSettings",
    "DatabaseKind",
    "DatabaseSettings",
    "MonitoringSettings",
    "RecalibrationSettings",
    "Settings",
    "UiSettings",
    "WorklistSettings",
]
