"""Two-way synchronisation of a folder and a bucket."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

SyncAction = Literal["upload", "download", "delete_local", "delete_remote", "conflict", "refused"]


@dataclass(frozen=True)
class SyncStep:
    """One file that differs, the action that makes both sides equal, and whether it was performed."""

    path: str
    action: SyncAction
    done: bool
    reason: str = ""


@dataclass(frozen=True)
class SyncReport:
    """The files that differ, ordered by path; `unchanged` counts the others."""

    folder: str
    bucket: str
    steps: tuple[SyncStep, ...]
    unchanged: int
    dry_run: bool

    @property
    def unresolved(self) -> tuple[SyncStep, ...]:
        """Conflicts and refused names, which a person has to resolve."""
        return tuple(step for step in self.steps if step.action in ("conflict", "refused"))


class FolderSync(Protocol):
    """Compares both sides with their state after the previous run, by the digests of the files."""

    def __call__(
        self, folder: Path, bucket: str, *, dry_run: bool = False, delete: bool = False, restore: bool = False
    ) -> SyncReport:
        """Copy what was added or changed on one side. What changed on both sides is a conflict and stays as it is.

        A file that was deleted on one side is deleted on the other with `delete`, copied back with `restore`, and
        otherwise only reported. `dry_run` changes nothing. `bucket` is `bucket`, `bucket/prefix` or
        `s3://bucket/prefix`. Raises StoreError.
        """
        ...
