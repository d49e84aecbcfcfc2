"""What the stored numbers of transformers must be, so that an encoder that is loaded can also encode."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, Field

DAY_RANGE = 1 << 24
"""An upper bound of the days between any two dates."""
_MAX_COUNT = 1 << 53  # what float64 counts exactly


def _check_increasing(values: tuple[Any, ...]) -> tuple[Any, ...]:
    for number, (low, high) in enumerate(pairwise(values), 1):
        if low >= high:
            raise ValueError(f"must increase, but {high!r} at position {number} follows {low!r}")
    return values


Increasing = AfterValidator(_check_increasing)
"""For a tuple whose values increase."""
Day = Annotated[int, Field(ge=0, lt=DAY_RANGE)]
"""As `day_of` counts."""
Count = Annotated[int, Field(ge=0, le=_MAX_COUNT)]
Rate = Annotated[float, Field(ge=0, le=1)]


def check_one_more(longer: str, values: Sequence[object], shorter: str, others: Sequence[object]) -> None:
    """Raise ValueError unless there is one more of the values than of the others; both are named for the message."""
    if len(values) != len(others) + 1:
        raise ValueError(f"{len(others)} {shorter} need {len(others) + 1} {longer}, not {len(values)}")
