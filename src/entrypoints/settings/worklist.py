"""Settings of the worklist."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class WorklistSettings(BaseModel):
    """Each field has its own environment variable: `DELAY_WORKLIST__OPEN_DAYS=14`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    open_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """How long a shipment waits for its outcome in the worklist: after its prediction, or its prediction point."""
    refresh_seconds: Annotated[float, Field(gt=0)] = 5.0
    """Time between two updates of the worklist while nobody reads it."""

    @property
    def open_for(self) -> timedelta:
        """How long a shipment is in the worklist."""
        return timedelta(days=self.open_days)
