"""How long work tells people where it is."""

from typing import Protocol


class Progress(Protocol):
    """Told of every step, and of rows as they pass."""

    def step(self, title: str) -> None:
        """A new step begins."""
        ...

    def advance(self, rows: int) -> None:
        """So many more rows are done in this step."""
        ...
