"""The base of every report, and the row counts that several of them hold."""

from pydantic import BaseModel, ConfigDict


class Report(BaseModel):
    """Frozen; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RowCounts(Report):
    """Every row read is counted in exactly one of the other three."""

    read: int
    accepted: int
    quarantined: int
    excluded: int
