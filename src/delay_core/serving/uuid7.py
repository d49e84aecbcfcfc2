"""Ids of predictions: UUIDs of version 7 (RFC 9562), many at once."""

import os
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

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
