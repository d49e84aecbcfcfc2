"""Settings of monitoring."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from delay_core.monitoring.drift import DriftPolicy
from delay_core.monitoring.policy import MonitoringPolicy

MIN_SAMPLE_RATIO = 5
"""A sample has at least this many times the rows below which a window has no score."""


class MonitoringSettings(BaseModel):
    """Each field has its own environment variable: `DELAY_MONITORING__POLICY__FALSE_ALARM_BUDGET=0.01`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    window_hours: Annotated[int, Field(ge=1, le=24 * 31)] = 24
    """Length of a window. Windows begin at multiples of it since 1970 (UTC)."""
    horizon_days: Annotated[int, Field(ge=1, le=3650)] = 60
    """How long after a window its outcomes are waited for, and its performance is measured again."""
    max_rows: Annotated[int, Field(ge=0)] = 10_000
    """Predictions of a version that are measured in a window; of more, a sample is. 0 measures all."""
    grace_hours: Annotated[float, Field(ge=0, le=24 * 365)] = 24.0
    """How long after its deadline a shipment may be reported; of a label by two dates, one without a report is late."""
    policy: MonitoringPolicy = MonitoringPolicy()
    """When people are paged, and when drift is watched."""
    drift: DriftPolicy = DriftPolicy()
    """When a window has enough data, and when a column has drifted."""
    webhook_url: SecretStr | None = None
    """Where changed decisions are posted as JSON; without it, they are logged."""
    webhook_secret: SecretStr | None = None
    """Signs what is posted."""

    @model_validator(mode="after")
    def _check_max_rows(self) -> Self:
        least = MIN_SAMPLE_RATIO * self.drift.minimum_rows
        if 0 < self.max_rows < least:
            raise ValueError(
                f"max_rows is {self.max_rows}; it must be at least {least} ({MIN_SAMPLE_RATIO} times "
                "drift.minimum_rows), or 0 to measure all rows"
            )
        return self

    @property
    def window(self) -> timedelta:
        """The length of a window."""
        return timedelta(hours=self.window_hours)

    @property
    def horizon(self) -> timedelta:
        """How long outcomes are waited for."""
        return timedelta(days=self.horizon_days)

    @property
    def grace(self) -> timedelta:
        """How long after its deadline a shipment may be reported."""
        return timedelta(hours=self.grace_hours)
