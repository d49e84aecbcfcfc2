"""One class for every setting."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from delay_core.promotion import GatePolicy
from entrypoints.settings.api import ApiSettings


class Settings(BaseSettings):
    """Read from `DELAY_…` variables, and those that MLflow's users know."""

    model_config = SettingsConfigDict(
        env_prefix="DELAY_", env_nested_delimiter="__", frozen=True, extra="ignore", populate_by_name=True
    )

    data: str = Field(
        default="delay-data", description="Folder, or file:// or s3:// URL, of everything that steps put out."
    )
    local: str = Field(
        default="delay-data", description="Folder for what must lie on this machine where data does not."
    )
    mlflow_tracking_uri: str | None = Field(
        default=None,
        validation_alias="MLFLOW_TRACKING_URI",
        description="MLflow's tracking and registry; by default a SQLite file in the data folder.",
    )
    serving_db: str | None = Field(
        default=None, description="Database of predictions and outcomes; by default a SQLite file in the data folder."
    )
    serving_owner_db: str | None = Field(default=None, description="The same as its owner, for changes of its tables.")
    operator_db: str | None = Field(default=None, description="The same as whoever may delete from it.")
    monitoring_db: str | None = Field(
        default=None, description="Database of monitoring; by default a SQLite file in the data folder."
    )
    monitoring_owner_db: str | None = Field(
        default=None, description="The same as its owner, for changes of its tables."
    )
    model_name: str | None = Field(
        default=None,
        validation_alias="MODEL_NAME",
        description="Name of the registered model; by default the schema's name with _delay.",
    )
    model_alias: str = Field(
        default="production", validation_alias="MODEL_ALIAS", description="Alias of the version that serves."
    )
    model_cache_keep: int = Field(
        default=5, ge=1, description="So many registered bundles stay on this machine, for when MLflow is away."
    )
    seed: int = Field(default=0, ge=0, lt=2**32, description="Seed of everything random in training.")
    trials: int = Field(default=24, ge=1, le=1000, description="So many sets of parameters a search tries at most.")
    gate: Annotated[GatePolicy, NoDecode] = Field(
        default=GatePolicy(),
        description="Limits of the promotion gate, each by itself: DELAY_GATE__MINIMUM_ROWS=100; off switches one off.",
    )

    prediction_log: bool = Field(default=True, description="Whether the API logs what it answers.")
    journal_rows: int = Field(
        default=1_000_000,
        ge=1,
        description="So many rows the journal keeps while the serving database is away; then the API says 503.",
    )
    api: Annotated[ApiSettings, NoDecode] = Field(
        default=ApiSettings(), description="Settings of the REST API, each by itself: DELAY_API__RATE=100."
    )

    def name_of_model(self, schema: str) -> str:
        """The registered model that learns from this schema's tables."""
        return self.model_name or f"{schema}_delay"
