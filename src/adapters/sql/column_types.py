"""Column types that PostgreSQL and SQLite store differently, with the same values in Python."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

import orjson
from pydantic_core import from_json, to_json
from sqlalchemy import DateTime, Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from adapters.shared.text import sanitize_text


def dump_json(value: Mapping[str, object]) -> str:
    """The value as JSON text, keys in their order; a number that JSON does not have becomes null.

    Stored as text: PostgreSQL's binary form would lose the order of keys and digits, and refuse some characters.
    """
    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # not a dict, an unpaired surrogate, an integer beyond 64 bits
        return _dump_any(_sanitize(value))
    return _dump_any(_sanitize(value)) if r"\u0000" in text else text


def load_json(text: str | bytes) -> object:
    """The value of a JSON text, in a fraction of the standard library's time; every number keeps its digits."""
    try:
        return from_json(text)
    except ValueError:  # an unpaired surrogate, deeper than 200 levels
        return json.loads(text)


def _dump_any(value: object) -> str:
    """Slower than orjson, without its limits."""
    return to_json(value, inf_nan_mode="null").decode()


def _sanitize(value: object) -> object:
    match value:
        case str():
            return sanitize_text(value)
        case Mapping():
            return {sanitize_text(str(key)): _sanitize(item) for key, item in value.items()}
        case list() | tuple():
            return [_sanitize(item) for item in value]
    return value


@lru_cache(maxsize=256)
def digest_bytes(digest: str) -> bytes:
    """The 32 bytes of 64 hexadecimal digits."""
    return bytes.fromhex(digest)


_digest_text = lru_cache(maxsize=256)(bytes.hex)  # many rows share a digest


class UtcTime(TypeDecorator[datetime]):
    """A time in UTC; in SQLite a text of fixed width, which sorts and is readable."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Digest(TypeDecorator[str]):
    """64 hexadecimal digits, stored in 32 bytes."""

    impl = LargeBinary(32)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else digest_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else _digest_text(value)


class SanitizedText(TypeDecorator[str]):
    """Text without the characters that databases refuse; values to compare with are sanitized, too."""

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else sanitize_text(value)
