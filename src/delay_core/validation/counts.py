"""How many rows went where."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """Every row read is in exactly one of the other three."""

    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    excluded: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.read + other.read,
            self.accepted + other.accepted,
            self.quarantined + other.quarantined,
            self.excluded + other.excluded,
        )
