"""Ids of predictions: UUIDs of version 7 (RFC 9562), many at once, and samples of them."""

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

UUID_VERSION = 7
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_MILLISECONDS = 253_402_300_000_000
"""In the year 9999, the last one that Python knows."""
_RANDOM_BYTES = 10
"""Random bytes for each id; 74 of their bits are used."""
_LOW_BITS = (1 << 62) - 1


def uuid7_batch(count: int, now: datetime) -> Iterator[UUID]:
    """New ids: milliseconds first, so that an index of them grows at one end; then random bits."""
    fixed = int(now.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62
    drawn = os.urandom(_RANDOM_BYTES * count)
    for start in range(0, len(drawn), _RANDOM_BYTES):
        random = int.from_bytes(drawn[start : start + _RANDOM_BYTES])
        yield UUID(int=fixed | (random >> 68) << 64 | random & _LOW_BITS)


def derived_uuid7(moment: datetime, content: str) -> UUID:
    """The id of this content at this time, the same in every run."""
    fixed = int(moment.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62
    derived = int.from_bytes(hashlib.sha256(content.encode()).digest()[:_RANDOM_BYTES])
    return UUID(int=fixed | (derived >> 68) << 64 | derived & _LOW_BITS)


def sample_limit(rows: int, max_rows: int) -> int:
    """The number below which the last 64 bits of sampled ids are: two fixed bits, and random ones.

    Of so many rows, at most `max_rows` are sampled: five standard deviations of the sample's size fewer are expected.
    """
    return 2 << 62 | int(max(1, max_rows - 5 * max_rows**0.5) / rows * (_LOW_BITS + 1))


def time_range(prediction_id: UUID) -> tuple[datetime, datetime]:
    """The time of such an id: from the first time on, and before the second one. Milliseconds may be rounded up."""
    moment = _EPOCH + min(prediction_id.int >> 80, _MAX_MILLISECONDS) * _MILLISECOND
    return moment - _MILLISECOND, moment + 2 * _MILLISECOND
