"""Progress that remembers what it was told."""

from delay_core.ports import progress


class Progress(progress.Progress):
    def __init__(self):
        self.steps: list[str] = []
        self.pieces: list[int] = []

    def step(self, title, total=None):
        self.steps.append(title)
        self.pieces.append(0)

    def advance(self, pieces=1):
        self.pieces[-1] += pieces
