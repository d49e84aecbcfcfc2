"""Progress on standard error: bars on a terminal, one line per step in a log."""

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as ProgressBars

from delay_core.ports import progress


class Progress(progress.Progress):
    """A context manager that shows steps until its block ends."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bars = ProgressBars(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._task: TaskID | None = None
        self._title = ""
        self._started_at = 0.0
        self._done = 0
        self._total: int | None = None

    def __enter__(self) -> "Progress":
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finish(succeeded=kind is None)
        self._bars.stop()

    def step(self, title: str, total: int | None = None) -> None:
        self._finish(succeeded=True)
        self._title, self._started_at, self._done, self._total = title, time.perf_counter(), 0, total
        self._task = self._bars.add_task(escape(title), total=total, speed="")

    def advance(self, pieces: int = 1) -> None:
        if self._task is not None:
            self._done += pieces
            speed = "" if self._total else f"{self._done / (time.perf_counter() - self._started_at):,.0f} rows/s"
            self._bars.update(self._task, completed=self._done, speed=speed)

    def _finish(self, *, succeeded: bool) -> None:
        if self._task is None:
            return
        self._bars.remove_task(self._task)
        self._task = None
        seconds = time.perf_counter() - self._started_at
        rows = f", {self._done:,} rows, {self._done / seconds:,.0f} rows/s" if self._done and not self._total else ""
        mark, style = ("✓", "green") if succeeded else ("✗", "red")
        self._console.print(
            f"[{style}]{mark}[/] {escape(self._title)} [dim]({seconds:.1f} s{rows})[/]", highlight=False, soft_wrap=True
        )
