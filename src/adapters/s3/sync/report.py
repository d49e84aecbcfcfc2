"""What a synchronisation did, or would do."""

from dataclasses import dataclass
from typing import Literal

Action = Literal["upload", "download", "delete_local", "delete_remote", "conflict", "refused"]


@dataclass(frozen=True)
class Step:
    """One file that is not alike on both sides, what was to be done, and whether it was."""

    path: str
    action: Action
    done: bool
    why: str = ""


@dataclass(frozen=True)
class Report:
    """The files that differed, in order of path; `unchanged` counts the others."""

    folder: str
    bucket: str
    steps: tuple[Step, ...]
    unchanged: int
    dry_run: bool

    @property
    def left_alone(self) -> tuple[Step, ...]:
        """What somebody has to look at: conflicts, and names that were refused."""
        return tuple(step for step in self.steps if step.action in ("conflict", "refused"))
