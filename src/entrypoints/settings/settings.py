"""One class for every setting."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from delay_core.errors import StoreError
from delay_core.file_urls import InvalidFileUrl, path_of, sqlite_url
from delay_core.promotion import GatePolicy
from entrypoints.settings.api import ApiSettings
from entrypoints.settings.database import DatabaseSettings
from entrypoints.settings.monitoring import MonitoringSettings
from entrypoints.settings.recalibration import RecalibrationSettings
from entrypoints.settings.secret_files import read_secret_files
from entrypoints.settings.ui import UiSettings
from entrypoints.settings.worklist import WorklistSettings

DatabaseKind = Literal["serving", "monitoring"]


class Settings(BaseSettings):
    """Read from `DELAY_…` variables, and from those that MLflow's users know.

    A secret may be in a file instead: `DELAY_SERVING_DB_FILE`, `MLFLOW_TRACKING_URI_FILE`.
    """

    model_config = SettingsConfigDict(
        env_prefix="DELAY_", env_nested_delimiter="__", frozen=True, extra="ignore", populate_by_name=True
    )

    data: str = Field(default="delay-data", description="Folder, or file:// or s3:// URL, of the output of all steps.")
    local_dir: str = Field(
        default="delay-data",
        validation_alias=AliasChoices("DELAY_LOCAL_DIR", "DELAY_LOCAL"),
        description="Folder on this machine for embedded databases and caches, if the data is elsewhere.",
    )
    mlflow_tracking_uri: SecretStr | None = Field(
        default=None,
        validation_alias="MLFLOW_TRACKING_URI",
        description="MLflow's tracking and registry; by default a SQLite file in the data folder.",
    )
    serving_db: SecretStr | None = Field(
        default=None, description="Database of predictions and outcomes; by default a SQLite file in the data folder."
    )
    serving_owner_db: SecretStr | None = Field(
        default=None, description="URL of the serving database with the role that owns its tables, for migrations."
    )
    operator_db: SecretStr | None = Field(
        default=None, description="URL of the serving database with a role that may delete rows, for erase and prune."
    )
    monitoring_db: SecretStr | None = Field(
        default=None, description="Database of monitoring; by default a SQLite file in the data folder."
    )
    monitoring_owner_db: SecretStr | None = Field(
        default=None, description="URL of the monitoring database with the role that owns its tables, for migrations."
    )
    model_name: str | None = Field(
        default=None,
        validation_alias="MODEL_NAME",
        description="Name of the registered model; by default the schema's name with _delay.",
    )
    model_alias: str = Field(
        default="production", validation_alias="MODEL_ALIAS", description="Alias of the version that serves."
    )
    model_cache_size: int = Field(
        default=5,
        ge=1,
        validation_alias=AliasChoices("DELAY_MODEL_CACHE_SIZE", "DELAY_MODEL_CACHE_KEEP"),
        description="Maximum number of registered bundles on this machine that serve while MLflow is unavailable.",
    )
    seed: int = Field(default=0, ge=0, lt=2**32, description="Seed of everything random in training.")
    trials: int = Field(default=24, ge=1, le=1000, description="Maximum number of parameter sets in a search.")
    training_workers: int | None = Field(
        default=None,
        ge=1,
        description="Maximum number of models that are trained at the same time; by default one per core, at most 4.",
    )
    gate: Annotated[GatePolicy, NoDecode] = Field(
        default=GatePolicy(),
        description="Limits of the promotion gate, one variable each: DELAY_GATE__MINIMUM_ROWS=100; off disables one.",
    )

    prediction_log: bool = Field(default=True, description="Whether the API logs its predictions.")
    outbox_rows: int = Field(
        default=1_000_000,
        ge=1,
        validation_alias=AliasChoices("DELAY_OUTBOX_ROWS", "DELAY_JOURNAL_ROWS"),
        description="Maximum number of rows in the outbox while the serving database is unavailable; then the API "
        "refuses requests with status 503.",
    )
    outbox_bytes: int = Field(
        default=2**31,
        ge=1,
        description="Maximum number of bytes of these rows; their file is about 1.5 times as large.",
    )
    idempotency_hours: float = Field(
        default=72, gt=0, description="How long delay prune keeps the responses under idempotency keys."
    )
    database: Annotated[DatabaseSettings, NoDecode] = Field(
        default=DatabaseSettings(),
        description="Connections to PostgreSQL, one variable each: DELAY_DATABASE__MAX_READERS=20.",
    )
    api: Annotated[ApiSettings, NoDecode] = Field(
        default=ApiSettings(), description="Settings of the REST API, one variable each: DELAY_API__BATCH_LIMIT=100."
    )

    worklist: Annotated[WorklistSettings, NoDecode] = Field(
        default=WorklistSettings(),
        description="Settings of the worklist, one variable each: DELAY_WORKLIST__OPEN_DAYS=14.",
    )
    monitoring: Annotated[MonitoringSettings, NoDecode] = Field(
        default=MonitoringSettings(),
        description="Settings of monitoring, one variable each: DELAY_MONITORING__WINDOW_HOURS=24.",
    )
    recalibration: Annotated[RecalibrationSettings, NoDecode] = Field(
        default=RecalibrationSettings(),
        description="Settings of recalibration, one variable each: DELAY_RECALIBRATION__ENABLED=true.",
    )
    ui: Annotated[UiSettings, NoDecode] = Field(
        default=UiSettings(),
        description="Settings of the user interface, one variable each: DELAY_UI__API_URL=https://delays.example.com.",
    )

    @model_validator(mode="before")
    @classmethod
    def read_secrets(cls, values: dict[str, object]) -> dict[str, object]:
        """Add the secrets that are in files; arguments take precedence."""
        prefix = cls.model_config["env_prefix"]
        values = {**read_secret_files(cls.model_fields, prefix), **values}
        for name, nested in (("monitoring", MonitoringSettings), ("ui", UiSettings)):
            secrets = read_secret_files(nested.model_fields, f"{prefix}{name.upper()}__")
            variables = values.get(name, {})
            if secrets and isinstance(variables, dict):
                others = {key: value for key, value in variables.items() if key.removesuffix("_file") not in secrets}
                values[name] = {**others, **secrets}
        return values

    def model_name_for(self, schema: str) -> str:
        """The name of the registered model that is trained with this schema."""
        return self.model_name or f"{schema}_delay"

    @property
    def data_scheme(self) -> Literal["file", "s3"]:
        """The kind of store that holds the data. Raises StoreError for any other URL."""
        if self.data.startswith("s3://"):
            return "s3"
        if "://" in self.data and not self.data.startswith("file:"):
            raise StoreError(f"DELAY_DATA={self.data}: unknown scheme; use a folder, or a file:// or s3:// URL")
        return "file"

    @property
    def data_folder(self) -> Path:
        """The folder that holds the data, if its scheme is `file`. Raises StoreError for a URL that names no folder."""
        try:
            return path_of(self.data)
        except InvalidFileUrl as error:
            raise StoreError(f"DELAY_DATA={error}") from error

    @property
    def local_folder(self) -> Path:
        """The absolute folder on this machine: that of the data, or `local_dir` if the data is elsewhere."""
        return (self.data_folder if self.data_scheme == "file" else Path(self.local_dir)).absolute()

    @property
    def tracking_uri(self) -> str:
        """MLflow's tracking URI, or that of the embedded one."""
        return _reveal(self.mlflow_tracking_uri) or sqlite_url(self.local_folder / "mlflow" / "mlflow.db")

    @property
    def mlflow_kind(self) -> Literal["server", "database"]:
        """Whether MLflow is a server or a database that its client opens."""
        return "server" if urlsplit(self.tracking_uri).scheme in ("http", "https") else "database"

    @property
    def serving_url(self) -> str:
        """The serving database with the role of the API."""
        return _reveal(self.serving_db) or self._embedded_url("serving")

    @property
    def operator_url(self) -> str:
        """The serving database with a role that may delete."""
        return _reveal(self.operator_db) or self.serving_url

    @property
    def monitoring_url(self) -> str:
        """The monitoring database; for the API, with a role that reads figures, else with the one that writes them."""
        return _reveal(self.monitoring_db) or self._embedded_url("monitoring")

    @property
    def owner_urls(self) -> dict[DatabaseKind, str]:
        """Each database with the role that owns its tables."""
        return {
            "serving": _reveal(self.serving_owner_db) or self.serving_url,
            "monitoring": _reveal(self.monitoring_owner_db) or self.monitoring_url,
        }

    @property
    def key_lifetime(self) -> timedelta:
        """How long the responses under idempotency keys are kept."""
        return timedelta(hours=self.idempotency_hours)

    def _embedded_url(self, kind: DatabaseKind) -> str:
        return sqlite_url(self.local_folder / f"{kind}.db")


def _reveal(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
