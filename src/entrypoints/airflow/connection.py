"""The extras of a connection as settings."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

from delay_core.errors import SchemaError
from entrypoints.airflow.secrets import mask
from entrypoints.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from entrypoints.container import Container

NO_SUCH_NAME = "connection-test"
"""A name of which no store has anything."""
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


def check_stores(container: "Container") -> "Iterator[str]":
    """Read from each store, and yield its name if it responds: databases only where they are set. Raises StoreError."""
    from delay_core.ports.monitoring_store import ResultFilter
    from delay_core.ports.prediction_reader import PredictionFilter

    settings = container.settings()
    container.storage.artifact_store().has("ingested", NO_SUCH_NAME)
    yield "the store of data"
    container.registry.model_registry().versions(NO_SUCH_NAME)
    yield "MLflow"
    if settings.serving_db is not None:
        container.logs.prediction_reader().read_page(PredictionFilter(shipment_id=NO_SUCH_NAME), limit=1)
        yield "the serving database"
    if settings.monitoring_db is not None:
        container.monitoring.store().newest(NO_SUCH_NAME, ResultFilter(), 1)
        yield "the monitoring database"


def _mask_secrets(settings: Settings) -> None:
    """Hide the passwords of all URLs in logs."""
    monitoring = settings.monitoring
    secrets = [getattr(settings, field) for field in Settings.model_fields]
    for secret in (*secrets, monitoring.webhook_url, monitoring.webhook_secret):
        if isinstance(secret, SecretStr):
            text = secret.get_secret_value()
            mask(urlsplit(text).password if "://" in text else text)
