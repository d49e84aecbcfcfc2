"""How many rows of a table are accepted, quarantined and excluded."""

from typing import Self

from pydantic import BaseModel, ConfigDict


class RowCounts(BaseModel):
    """Every row that is read is in exactly one of the other three counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    excluded: int = 0

    def __add__(self, other: Self) -> Self:
        """The counts of two tables together."""
        return type(self)(
            read=self.read + other.read,
            accepted=self.accepted + other.accepted,
            quarantined=self.quarantined + other.quarantined,
            excluded=self.excluded + other.excluded,
        )
