"""The JSON of a request's body: read by orjson, and without what orjson loses, repeated keys and long numbers."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import orjson
from fastapi.concurrency import run_in_threadpool

from delay_core.violations import MAX_FIELD_CHARACTERS, Violation, ViolationCode
from entrypoints.api.exact_json import (
    Location,
    NumberLiteral,
    find_infinite_numbers,
    find_repeated_keys,
    parse_with_literals,
)
from entrypoints.api.problems import Problem, violations_problem

_JSON_TYPES = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "UTF-8", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_GZIP = b"\x1f\x8b"
_BEYOND_EVERY_FLOAT = "a number of this size cannot be read; send an identifier as text, in quotes"


async def parse_json(body: bytes) -> dict[str, Any]:
    """The object that the body holds. Raises Problem.

    A repeated key leaves fewer texts in the object than pairs of quotation marks in the body, which is quickly counted.
    """
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise await run_in_threadpool(_unreadable, body, error) from None
    if type(content) is not dict:
        raise Problem(422, f"the body must be an object, not {json_type(content)}")
    quotes = 2 * _count_texts(content)
    if body.count(b'"') != quotes and _count_unescaped_quotes(body) != quotes:
        repeated = await run_in_threadpool(find_repeated_keys, body)
        if repeated:
            raise violations_problem(list(_violations(repeated, ViolationCode.DUPLICATE_FIELD)))
    return content


def has_floats(records: Sequence[Mapping[str, Any]], fields: frozenset[str]) -> bool:
    """Whether a record has a float in one of these fields."""
    for record in records:
        for field in fields:
            if type(record.get(field)) is float:
                return True
    return False


def with_exact_digits(
    records: Sequence[Mapping[str, Any]], text_fields: frozenset[str], body: bytes, key: str = "data"
) -> list[dict[str, Any]]:
    """The records; a float in one of these fields that is not the number in the body becomes the digits in the body.

    The body has the records under the `key`.
    """
    result = [dict(record) for record in records]
    try:
        data = parse_with_literals(body)[key]
    except RecursionError:  # a record holds nested values, and is refused for them
        return result
    for record, exact in zip(result, data if isinstance(data, list) else [data], strict=True):
        for field in text_fields.intersection(record):
            number, literal = record[field], exact[field]
            if type(number) is float and isinstance(literal, NumberLiteral) and not literal.is_exactly(number):
                record[field] = str(literal)
    return result


def json_type(value: object) -> str:
    """What JSON calls values of this type, with its article."""
    return _JSON_TYPES.get(type(value), "a number")


def _count_texts(content: Mapping[str, Any]) -> int:
    """The keys and texts of the body and of its records; those of deeper objects and lists are not counted."""
    count = len(content)
    for value in content.values():
        kind = type(value)
        if kind is dict:
            count += len(value) + list(map(type, value.values())).count(str)
        elif kind is str:
            count += 1
        elif kind is list:
            records = [record for record in value if type(record) is dict]
            types = map(type, chain.from_iterable(map(dict.values, records)))
            count += sum(map(len, records)) + list(types).count(str)
    return count


def _count_unescaped_quotes(body: bytes) -> int:
    return body.replace(b"\\\\", b"").replace(b'\\"', b"").count(b'"')


def _unreadable(body: bytes, error: orjson.JSONDecodeError) -> Problem:
    """Why orjson does not read this body."""
    if not body.strip():
        return Problem(400, "the body is empty; send a JSON object")
    if body.startswith(_GZIP):
        return Problem(400, "the body is compressed by gzip; send it uncompressed")
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if body.startswith(mark):
            return Problem(400, f"the body begins with the byte order mark of {encoding}; send UTF-8 without one")
    try:
        body.decode()
    except UnicodeDecodeError as wrong:
        return Problem(400, f"the body is not UTF-8: byte {body[wrong.start]:#04x} at position {wrong.start}")
    infinite = find_infinite_numbers(body)
    if infinite:
        return violations_problem(list(_violations(infinite, ViolationCode.INVALID_VALUE, _BEYOND_EVERY_FLOAT)))
    return Problem(400, f"the body is not JSON: {error}")


def _violations(locations: Iterable[Location], code: ViolationCode, reason: str = "") -> Iterable[Violation]:
    params = {"reason": reason} if reason else {}
    return (Violation(field[:MAX_FIELD_CHARACTERS] or None, code, params, row) for row, field in locations)
