"""What is written to the log in one commit, and who waits for it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from delay_core.ports.prediction_log import KeyedAnswer, LoggedPrediction

Result = bytes | Exception


@dataclass(slots=True)
class CommitItem:
    """The rows that one request adds to the log."""

    rows: Sequence[LoggedPrediction]
    body: bytes
    """The response body, once the rows are durable."""
    done: Callable[[Result], None]
    """Receives the body or the error, on the event loop."""
    keyed: KeyedAnswer | None = None
    """With an idempotency key: the response to store under it."""
    resolve: Callable[[KeyedAnswer], Result] | None = None
    """With an idempotency key: turns the response that the key holds after the commit into this request's result."""


@dataclass(slots=True)
class CommitGroup:
    """Items of many requests."""

    items: list[CommitItem]
    callbacks: list[Callable[[], None]]
    """Called on the event loop after the commit, before each item's `done`."""

    @property
    def rows(self) -> list[LoggedPrediction]:
        """The rows of all items."""
        return [row for item in self.items for row in item.rows]

    @property
    def has_keys(self) -> bool:
        """Whether an item has an idempotency key."""
        return any(item.keyed is not None for item in self.items)

    def add(self, other: "CommitGroup") -> None:
        """Make the items and callbacks of the other group part of this one."""
        self.items += other.items
        self.callbacks += other.callbacks

    def notify(self, results: Iterable[tuple[CommitItem, Result]]) -> None:
        """Pass on the results. Runs on the event loop."""
        for committed in self.callbacks:
            committed()
        for item, result in results:
            item.done(result)
