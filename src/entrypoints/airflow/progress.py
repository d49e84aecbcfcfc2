"""Progress as lines of the task's log."""

from typing import Protocol

from delay_core.ports import progress


class InfoLog(Protocol):
    """A logger of the standard library, or of structlog."""

    def info(self, event: str, *_args: object) -> object:
        """Write the event, with its arguments put in."""
        ...


class Progress(progress.Progress):
    """Writes the title of a step when it begins, and its rows (or other units) when it ends."""

    def __init__(self, log: InfoLog) -> None:
        self._log = log
        self._title: str | None = None
        self._done = 0

    def step(self, title: str, total: int | None = None) -> None:
        self.finish()
        self._title, self._done = title, 0
        self._log.info("%s%s", title, "" if total is None else f" ({total:,} to do)")

    def advance(self, pieces: int = 1) -> None:
        self._done += pieces

    def finish(self) -> None:
        """End the current step."""
        if self._title is not None:
            self._log.info("%s: done%s", self._title, f", {self._done:,}" if self._done else "")
        self._title = None
