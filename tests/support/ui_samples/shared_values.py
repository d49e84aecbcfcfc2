"""The time of all samples, and the ids in them."""

from datetime import UTC, datetime
from uuid import UUID

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DIGEST = "a" * 64


def prediction_id(number: int) -> UUID:
    return UUID(int=number)
