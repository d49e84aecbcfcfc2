"""Settings: where things lie, from the environment; every default is embedded and needs no server."""

from entrypoints.settings.api import ApiSettings
from entrypoints.settings.settings import Settings

__all__ = ["ApiSettings", "Settings"]
