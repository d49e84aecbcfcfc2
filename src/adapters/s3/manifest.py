"""The manifest of a set of files: a small object that lists them and makes them visible."""

import hashlib

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from delay_core.errors import StoreError


class FileEntry(BaseModel):
    """One file: its hexadecimal digest and its size in bytes."""

    model_config = ConfigDict(frozen=True)

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)

    @classmethod
    def describe(cls, content: bytes) -> "FileEntry":
        """The entry of a file with this content."""
        return cls(sha256=hashlib.sha256(content).hexdigest(), size=len(content))


class Manifest(BaseModel):
    """The files of a set, and the name of the writer's draft that contains them."""

    model_config = ConfigDict(frozen=True)

    draft: str = Field(pattern=r"^[0-9A-Za-z-]{1,64}$")
    files: dict[str, FileEntry]

    @classmethod
    def parse(cls, text: bytes, location: str) -> "Manifest":
        """The manifest in `text`. Raises StoreError that names the location."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise StoreError(
                f"{location} is no manifest of a set ({error.error_count()} errors): it was altered; remove the set"
            ) from error
