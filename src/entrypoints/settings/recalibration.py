"""Settings of recalibration."""

from pydantic import BaseModel, ConfigDict

from delay_core.recalibration.policy import RecalibrationPolicy


class RecalibrationSettings(BaseModel):
    """Each field has its own environment variable: `DELAY_RECALIBRATION__ENABLED=true`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = False
    """Whether Airflow's scheduled runs recalibrate. The command `delay recalibrate` does it without this setting."""
    policy: RecalibrationPolicy = RecalibrationPolicy()
    """How many outcomes are read, and how many are needed."""
