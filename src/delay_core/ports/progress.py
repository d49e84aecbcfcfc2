"""How long work tells people where it is."""

from typing import Protocol


class Progress(Protocol):
    """Told of every step, and of rows (or other pieces) as they pass."""

    def step(self, title: str, total: int | None = None) -> None:
        """A new step begins, of so many pieces where that is known; the one before it has ended."""
        ...

    def advance(self, pieces: int = 1) -> None:
        """So many more pieces are done in this step."""
        ...
