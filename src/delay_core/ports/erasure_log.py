"""The erasures of shipments, by which copies outside the database follow them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Erasure:
    """A shipment was erased at this time (UTC); `digest_of` its id is all that remains of it."""

    shipment_digest: str
    erased_at: datetime


def digest_of(shipment_id: str) -> str:
    """The SHA-256 of the id, which has no characters that databases refuse, as 64 hexadecimal digits."""
    return sha256(shipment_id.encode()).hexdigest()


class ErasureLog(Protocol):
    """What `PredictionRetention.erase` and `OutcomeLog.erase` record."""

    def read_since(self, oldest: datetime) -> Collection[Erasure]:
        """The erasures at this moment (UTC) or later, one per shipment: its last one. Raises StoreError."""
        ...
