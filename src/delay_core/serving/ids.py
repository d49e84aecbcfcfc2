"""Ids of predictions: each is made once, whoever else makes some."""

import os
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

_CHANCE = 10
"""Random bytes drawn for each id; 74 of their bits are used."""
_LOW = (1 << 62) - 1


def new_ids(count: int, now: datetime) -> Iterator[UUID]:
    """UUIDs of version 7 (RFC 9562): milliseconds first, so that an index of them grows at one end; then chance."""
    fixed = int(now.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62
    drawn = os.urandom(_CHANCE * count)
    for start in range(0, len(drawn), _CHANCE):
        chance = int.from_bytes(drawn[start : start + _CHANCE])
        yield UUID(int=fixed | (chance >> 68) << 64 | chance & _LOW)
