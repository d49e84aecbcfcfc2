"""What folder and bucket were when last alike: `.sync-state.json` in the folder."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.s3.sync.paths import STATE
from delay_core.errors import StoreError


class Alike(BaseModel):
    """A file as both sides had it: its digest, and the tag by which the bucket knows this version of it."""

    model_config = ConfigDict(frozen=True)

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    etag: str


class State(BaseModel):
    """Files by the bucket they are mirrored to, and by path."""

    model_config = ConfigDict(frozen=True)

    buckets: dict[str, dict[str, Alike]] = {}

    def of(self, bucket: str) -> dict[str, Alike]:
        """The files that were alike in this bucket."""
        return self.buckets.get(bucket, {})

    def with_files(self, bucket: str, files: Mapping[str, Alike]) -> "State":
        """The state after a synchronisation with this bucket."""
        return State(buckets={**self.buckets, bucket: dict(sorted(files.items()))})


def read_state(folder: Path) -> State:
    """The folder's state; empty when it was never synchronised. Raises StoreError."""
    path = folder / STATE
    try:
        return State.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return State()
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        raise StoreError(
            f"{path} cannot be understood ({error.error_count()} errors); remove it to begin afresh: "
            "nothing is deleted or overwritten then, and files that differ are told"
        ) from error
