"""The sentences on broken shipments, taken apart into field and message."""

import re
from ast import literal_eval
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_SHIPMENT = re.compile(r"shipment ([0-9]+): ", re.ASCII)
_UNKNOWN = re.compile(r"unknown field (.*); the schema has (.*)", re.DOTALL)
_TWICE = re.compile(r"column (.*) stands twice in the header", re.DOTALL)
_MISSING = re.compile(r"missing columns: (.*?); found: ", re.DOTALL)
_ANY_NAME = r"[^;:]+"

_LONGEST = 80
"""Characters of a caller's own name for a field that are echoed."""
_LISTED = 20
"""Allowed names that are listed where none is near."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `data` where it is the request as a whole. Shipments are counted from 1."""

    field: str
    message: str
    shipment: int | None = None


def split(problems: Sequence[str], names: Collection[str] = ()) -> Iterator[FieldError]:
    """One error per broken field. `names` are the columns that a sentence may begin with; without them, any may."""
    for problem in problems:
        found = _SHIPMENT.match(problem)
        if found:
            yield from _of_shipment(problem[found.end() :], int(found[1]), names)
        else:
            yield from _of_request(problem, names)


def _of_shipment(sentences: str, shipment: int, names: Collection[str]) -> Iterator[FieldError]:
    """`Latitude: missing; it must have a value; Humidity: 120 is out of range; …`: semicolons stand inside too."""
    name = "|".join(map(re.escape, sorted(names, key=len, reverse=True))) or _ANY_NAME
    starts = list(re.finditer(rf"(?:^|; )({name}): ", sentences))
    if not starts or starts[0].start() > 0:
        yield FieldError("data", sentences, shipment)
        return
    ends = [*(found.start() for found in starts[1:]), len(sentences)]
    for found, end in zip(starts, ends, strict=True):
        yield FieldError(found[1], sentences[found.end() : end], shipment)


def _of_request(problem: str, names: Collection[str]) -> Iterator[FieldError]:
    if found := _UNKNOWN.fullmatch(problem):
        name = _unquoted(found[1])
        yield FieldError(name[:_LONGEST], _instead(name, list(names) or found[2].split(", ")))
    elif found := _TWICE.match(problem):
        yield FieldError(_unquoted(found[1]), "stands twice, under its name or an alias")
    elif found := _MISSING.match(problem):
        for name in _listed(found[1], names):
            yield FieldError(name, "missing; it must have a value")
    else:
        yield FieldError("data", problem)


def _unquoted(written: str) -> str:
    """The name that Python wrote in quotes; what was cut off has none at its end."""
    try:
        return str(literal_eval(written))
    except (SyntaxError, ValueError):
        return written.strip("'\"")


def _instead(name: str, allowed: list[str]) -> str:
    """Which fields may have been meant; capitals do not matter."""
    by_small = {known.casefold(): known for known in allowed}
    near = [by_small[small] for small in get_close_matches(name[:_LONGEST].casefold(), by_small, n=3)]
    if near:
        return f"unknown field; did you mean {' or '.join(near)}?"
    more = len(allowed) - _LISTED
    return f"unknown field; allowed are {', '.join(allowed[:_LISTED])}{f' and {more} more' if more > 0 else ''}"


def _listed(text: str, names: Collection[str]) -> list[str]:
    """The names in a list; a name may hold a comma, so the known ones are looked for first, the longest first."""
    name = "|".join([*map(re.escape, sorted(names, key=len, reverse=True)), "[^,]+"])
    return re.findall(rf"(?:^|(?<=, ))(?:{name})(?=, |$)", text)
