"""What every report is."""

from pydantic import BaseModel, ConfigDict


class Report(BaseModel):
    """Frozen, and refusing what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
