"""Progress that records its steps."""

from delay_core.ports import progress


class Progress(progress.Progress):
    """The titles of steps, and the pieces of each."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.pieces: list[int] = []

    def step(self, title: str, total: int | None = None) -> None:
        self.steps.append(title)
        self.pieces.append(0)

    def advance(self, pieces: int = 1) -> None:
        self.pieces[-1] += pieces
