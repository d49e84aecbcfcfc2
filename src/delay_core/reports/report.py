"""What every report is, and the counts of rows that several of them tell."""

from pydantic import BaseModel, ConfigDict


class Report(BaseModel):
    """Frozen, and refusing what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RowCounts(Report):
    """Every row read is in exactly one of the other three."""

    read: int
    accepted: int
    quarantined: int
    excluded: int
