"""The base of every report."""

from pydantic import BaseModel, ConfigDict


class Report(BaseModel):
    """Frozen; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
