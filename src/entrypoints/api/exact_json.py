"""What orjson does not tell of a body: keys that occur twice, and the digits of its numbers.

Reading a body this way takes several times as long. Only bodies that need it are read so.
"""

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, DecimalException
from itertools import islice
from math import isinf
from typing import Any, NamedTuple, NoReturn

MAX_FIELDS = 1000
"""Fields of a body that are reported."""


class NumberLiteral(str):
    """A number as the body writes it."""

    __slots__ = ()

    def is_exactly(self, number: float) -> bool:
        """Whether the float that was read is this number, written with a fraction or an exponent."""
        if self.lstrip("-").isdigit():
            return False  # a whole number that became a float is beyond 64 bits: its digits are lost
        try:
            return Decimal(self) == Decimal(repr(number))
        except DecimalException:  # an exponent beyond those of decimal numbers
            return False


class Location(NamedTuple):
    """A field of a body; `row` is the position of its record in `data`, from 1, None outside of `data`."""

    row: int | None
    field: str


class _ObjectWithRepeatedKeys(dict[str, Any]):
    repeated: tuple[str, ...]


def parse_with_literals(body: bytes) -> Any:
    """The content, with a `NumberLiteral` for each number.

    Raises ValueError where the body is not JSON, RecursionError where it is nested too deeply.
    """
    return _LITERAL_DECODER.decode(body.decode())


def find_repeated_keys(body: bytes) -> list[Location]:
    """The keys that occur more than once in one object; none where the body is nested too deeply."""
    try:
        content = _REPEATED_KEY_DECODER.decode(body.decode())
    except (ValueError, RecursionError):
        return []
    repeated = (
        Location(row, ".".join((*path, name)))
        for row, path, value in _walk(content)
        if isinstance(value, _ObjectWithRepeatedKeys)
        for name in value.repeated
    )
    return list(islice(repeated, MAX_FIELDS))


def find_infinite_numbers(body: bytes) -> list[Location]:
    """The fields with a number beyond every float; none where the body is not JSON, or nested too deeply."""
    try:
        content = parse_with_literals(body)
    except (ValueError, RecursionError):
        return []
    infinite = (
        Location(row, ".".join(path))
        for row, path, value in _walk(content)
        if isinstance(value, NumberLiteral) and isinf(float(value))
    )
    return list(islice(infinite, MAX_FIELDS))


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) == len(pairs):
        return content
    repeating = _ObjectWithRepeatedKeys(content)
    counts = Counter(name for name, _ in pairs)
    repeating.repeated = tuple(name for name, count in counts.items() if count > 1)
    return repeating


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_REPEATED_KEY_DECODER = json.JSONDecoder(object_pairs_hook=_make_object)
_LITERAL_DECODER = json.JSONDecoder(parse_int=NumberLiteral, parse_float=NumberLiteral, parse_constant=_refuse_constant)


def _walk(content: object) -> Iterator[tuple[int | None, tuple[str, ...], object]]:
    """Every value with its row and the names that lead to it, in the order of the body."""
    stack: list[tuple[int | None, tuple[str, ...], object]] = [(None, (), content)]
    while stack:
        row, path, value = stack.pop()
        yield row, path, value
        if isinstance(value, list):
            stack += [(row, path, item) for item in reversed(value)]
        elif isinstance(value, dict):
            for name, inner in reversed(value.items()):
                if row is None and path == () and name == "data":
                    records = inner if isinstance(inner, list) else [inner]
                    stack += [(number, (), record) for number, record in reversed(list(enumerate(records, 1)))]
                else:
                    stack.append((row, (*path, name), inner))
