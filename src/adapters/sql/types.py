"""Column types that PostgreSQL and SQLite keep each in its own way, and Python sees alike."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

import orjson
from pydantic_core import to_json
from sqlalchemy import DateTime, Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from adapters.shared.text import sanitize_text


def json_text(value: Mapping[str, object]) -> str:
    """The value as JSON, its keys in their order; a number that JSON does not have becomes null.

    Kept as text: PostgreSQL's binary form would lose key order and digits, and refuse some characters.
    """
    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # no dict, half of a surrogate pair, a whole number beyond 64 bits
        return _dumps(_fit(value))
    return _dumps(_fit(value)) if r"\u0000" in text else text


def _dumps(value: object) -> str:
    """Slower than orjson, and without its limits."""
    return to_json(value, inf_nan_mode="null").decode()


def _fit(value: object) -> object:
    match value:
        case str():
            return sanitize_text(value)
        case Mapping():
            return {sanitize_text(str(key)): _fit(one) for key, one in value.items()}
        case list() | tuple():
            return [_fit(one) for one in value]
    return value


@lru_cache(maxsize=256)
def digest_bytes(digest: str) -> bytes:
    """The 32 bytes that 64 hexadecimal digits stand for."""
    return bytes.fromhex(digest)


class UtcTime(TypeDecorator[datetime]):
    """A moment; in SQLite as text of fixed width, so that it sorts and people can read it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Digest(TypeDecorator[str]):
    """64 hexadecimal digits, kept in 32 bytes."""

    impl = LargeBinary(32)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else digest_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else value.hex()


class StorableText(TypeDecorator[str]):
    """Text, made fit for every database; compared in that form, too."""

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else sanitize_text(value)
