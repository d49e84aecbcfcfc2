"""Rows of the outbox, and the checksum that shows whether one is what was written."""

import zlib
from collections.abc import Mapping
from typing import Literal, NamedTuple

from adapters.shared.text import sanitize_text

Kind = Literal["prediction", "answer", "outcome", "action", "entry"]

PREDICTIONS, OUTCOMES, ACTIONS, AUDIT = "predictions", "outcomes", "actions", "audit"
CHANNELS: Mapping[Kind, str] = {
    "prediction": PREDICTIONS,
    "answer": PREDICTIONS,
    "outcome": OUTCOMES,
    "action": ACTIONS,
    "entry": AUDIT,
}
"""Kind of row → the name of the channel that it belongs to."""


class OutboxRow(NamedTuple):
    """A record to be stored; the columns other than `payload` are those by which it can be looked up."""

    kind: Kind
    at: int
    payload: str
    record_id: bytes | None = None
    shipment_id: str | None = None
    key: str | None = None


class StoredRow(NamedTuple):
    """A stored row: its sequence number, and what is needed to decode the record."""

    seq: int
    channel: str
    kind: Kind
    key: str | None
    payload: str
    shipment_id: str | None
    checksum: int | None
    """None: a process of a version before wrote the row."""

    def matches_checksum(self) -> bool:
        """Whether the row has a checksum, and is what was written."""
        return self.checksum is not None and self.checksum == checksum(self.channel, self.kind, self.payload)


class DamagedRow:
    """A row that is not what was written, in place of its record."""

    def __init__(self, row: StoredRow, cause: str) -> None:
        self.shipment_id = None if row.shipment_id is None else sanitize_text(str(row.shipment_id))
        self.reason = f"its row in the outbox's file is damaged and cannot be delivered ({cause})"


def checksum(channel: str, kind: str, payload: str) -> int:
    """CRC-32: it shows every burst of up to 32 wrong bits, and all but one in 4 billion of the other errors."""
    return zlib.crc32(f"{channel} {kind} {payload}".encode(errors="surrogateescape"))
