"""The last state in which folder and bucket were equal: `.sync-state.json` in the folder."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.s3.sync.paths import STATE_FILE
from delay_core.errors import StoreError


class SyncedFile(BaseModel):
    """A file that both sides had: its digest, and the ETag of its version in the bucket."""

    model_config = ConfigDict(frozen=True)

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    etag: str


class SyncState(BaseModel):
    """Synchronized files by bucket and by path."""

    model_config = ConfigDict(frozen=True)

    buckets: dict[str, dict[str, SyncedFile]] = {}

    def files_in(self, bucket: str) -> dict[str, SyncedFile]:
        """The files that were equal in this bucket."""
        return self.buckets.get(bucket, {})

    def with_files(self, bucket: str, files: Mapping[str, SyncedFile]) -> "SyncState":
        """The state after a synchronization with this bucket."""
        return SyncState(buckets={**self.buckets, bucket: dict(sorted(files.items()))})


def read_state(folder: Path) -> SyncState:
    """The folder's state; empty before the first synchronization. Raises StoreError."""
    path = folder / STATE_FILE
    try:
        return SyncState.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return SyncState()
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        raise StoreError(
            f"{path} is not valid ({error.error_count()} errors); remove it to start again: "
            "nothing is deleted or overwritten then, and files that differ are conflicts"
        ) from error
