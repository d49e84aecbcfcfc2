"""The progress of long work."""

from typing import Protocol


class Progress(Protocol):
    """Reports steps, and within a step the rows (or other units) that are done."""

    def step(self, title: str, total: int | None = None) -> None:
        """Begin a step of `total` units, if that is known; the previous step has ended."""
        ...

    def advance(self, pieces: int = 1) -> None:
        """Add to the units that are done in the current step."""
        ...


class NoProgress(Progress):
    """Reports nothing, for work without an audience."""

    def step(self, title: str, total: int | None = None) -> None:
        pass

    def advance(self, pieces: int = 1) -> None:
        pass
