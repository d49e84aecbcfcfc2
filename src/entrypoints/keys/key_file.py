"""The file of API keys: its content, read and written.

The file holds hashes only, so its permissions are not checked: Kubernetes mounts a secret as 0644 or 0400.
"""

import os
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from delay_core.errors import StoreError
from delay_core.violations import pydantic_message
from entrypoints.keys.api_key import ANONYMOUS_NAME, InvalidKeyFile, Scope


class _KeyFileModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class KeyRecord(_KeyFileModel):
    """One key: its hash, its owner's name, its scopes, its expiry and its rate."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    scopes: tuple[Scope, ...]
    expires: date | None = None
    """First day (UTC) on which the key is refused."""
    rate: Annotated[float, Field(gt=0)] | None = None
    """Requests per second. None: the default of the API."""

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        if name == ANONYMOUS_NAME:
            raise ValueError(f"{ANONYMOUS_NAME!r} is the name of callers without a key; choose another name")
        return name


class KeyFile(_KeyFileModel):
    """All keys. Names are unique, and so are hashes."""

    keys: tuple[KeyRecord, ...]

    @field_validator("keys")
    @classmethod
    def _check_unique(cls, keys: tuple[KeyRecord, ...]) -> tuple[KeyRecord, ...]:
        for field, values in (("name", [key.name for key in keys]), ("sha256", [key.sha256 for key in keys])):
            duplicates = [value for value, count in Counter(values).items() if count > 1]
            if duplicates:
                raise ValueError(f"{field} {duplicates[0]!r} occurs twice; it must be unique")
        return keys

    def with_key(self, key: KeyRecord) -> Self:
        """A copy with one more key. Raises InvalidKeyFile if the name is in use."""
        if any(existing.name == key.name for existing in self.keys):
            raise InvalidKeyFile(f"a key {key.name!r} exists already; revoke it first, or choose another name")
        return type(self)(keys=(*self.keys, key))

    def without_key(self, name: str) -> Self:
        """A copy without the key of this name. Raises InvalidKeyFile if there is no such key."""
        remaining = tuple(key for key in self.keys if key.name != name)
        if len(remaining) == len(self.keys):
            existing = ", ".join(key.name for key in self.keys) or "none"
            raise InvalidKeyFile(f"no key is named {name!r}; existing keys: {existing}")
        return type(self)(keys=remaining)


def make_key_record(
    *, name: str, sha256: str, scopes: tuple[Scope, ...], expires: date | None, rate: float | None
) -> KeyRecord:
    """A key for the file. Raises InvalidKeyFile, which names the wrong fields."""
    try:
        return KeyRecord(name=name, sha256=sha256, scopes=scopes, expires=expires, rate=rate)
    except ValidationError as error:
        raise InvalidKeyFile(_describe(error)) from None


def parse_key_file(content: bytes, path: str) -> KeyFile:
    """The keys in this JSON text. Raises InvalidKeyFile, which names `path` and every wrong field."""
    try:
        return KeyFile.model_validate_json(content)
    except ValidationError as error:
        raise InvalidKeyFile(f"{path}: {_describe(error)}") from None  # the cause would quote the file's content


def read_key_file(path: Path) -> KeyFile:
    """The keys in this file. Raises StoreError if it cannot be read, InvalidKeyFile if its content is wrong."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StoreError(f"cannot read the API keys in {path}: {error.strerror}") from error
    return parse_key_file(content, str(path))


def write_key_file(path: Path, keys: KeyFile) -> None:
    """Replace the file atomically, with mode 0600. A symbolic link stays a link. Raises StoreError."""
    target = path.resolve()
    try:
        descriptor, draft = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{keys.model_dump_json(indent=2)}\n")
                file.flush()
                os.fsync(descriptor)
            Path(draft).replace(target)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StoreError(f"cannot write the API keys to {path}: {error.strerror}; does the folder exist?") from error


def _describe(error: ValidationError) -> str:
    """Every error with its location and without its value: the value may be a key that was put into a wrong field."""
    return "; ".join(
        f"{'.'.join(map(str, item['loc'])) or 'file'}: {pydantic_message(item)}"
        for item in error.errors(include_input=False, include_url=False)
    )
