"""The extras of a connection as settings."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

from delay_core.errors import SchemaError
from entrypoints.airflow.secrets import mask
from entrypoints.settings import Settings

SERVICE_SETTINGS = ("api", "prediction_log", "outbox_rows", "outbox_bytes", "idempotency_hours")
"""Settings of the REST API, which no task uses."""


def read_settings(name: str, extras: Mapping[str, Any]) -> Settings:
    """The settings of the connection `name`; empty extras count as unset. Raises SchemaError for invalid ones."""
    values = {key: value for key, value in extras.items() if value not in (None, "")}
    allowed = [field for field in Settings.model_fields if field not in SERVICE_SETTINGS]
    for key in values:
        if key not in allowed:
            close = get_close_matches(key, allowed, 1)
            expected = close[0] if close else ", ".join(allowed)
            raise SchemaError(f"connection {name}: no setting is called {key!r}; write {expected}")
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise SchemaError(f"connection {name}, or the environment: {problems}") from None
    _mask_secrets(settings)
    return settings


def _mask_secrets(settings: Settings) -> None:
    """Hide the passwords of all URLs in logs."""
    monitoring = settings.monitoring
    secrets = [getattr(settings, field) for field in Settings.model_fields]
    for secret in (*secrets, monitoring.webhook_url, monitoring.webhook_secret):
        if isinstance(secret, SecretStr):
            text = secret.get_secret_value()
            mask(urlsplit(text).password if "://" in text else text)
