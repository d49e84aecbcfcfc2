"""What makes a set of files visible: one small object that names them."""

import hashlib
import re

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from delay_core.errors import StoreError

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


class Entry(BaseModel):
    """One file: its digest in hexadecimal, its size in bytes."""

    model_config = ConfigDict(frozen=True)

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)

    @classmethod
    def of(cls, content: bytes) -> "Entry":
        """The entry that describes this content."""
        return cls(sha256=hashlib.sha256(content).hexdigest(), size=len(content))


class Manifest(BaseModel):
    """The files of a set, and the draft under which their bytes lie."""

    model_config = ConfigDict(frozen=True)

    draft: str = Field(pattern=r"^[0-9A-Za-z-]{1,64}$")
    files: dict[str, Entry]

    @classmethod
    def parse(cls, text: bytes, place: str) -> "Manifest":
        """The manifest in `text`. Raises StoreError naming the place."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise StoreError(
                f"{place} is no manifest of a set ({error.error_count()} errors): altered; remove the set"
            ) from error


def plain(name: str) -> str:
    """The name, if it is one that may stand in a key. Raises StoreError."""
    if not _PLAIN.fullmatch(name):
        raise StoreError(f"{name!r} is not a plain name: letters, digits, dot, dash and underscore only")
    return name
