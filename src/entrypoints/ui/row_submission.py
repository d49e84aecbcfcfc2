"""Sending numbered rows in pieces until the API has accepted or refused each one: none is lost, none is sent twice."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from entrypoints.api.schemas import FieldError
from entrypoints.ui.errors import ApiError, ApiErrorCode

Result = TypeVar("Result")
MAX_LISTED_ERRORS = 1000
"""Errors that a response of the API lists; it counts further ones."""
MIN_PIECE_ROWS = 50
MAX_WAIT_SECONDS = 60.0
"""Time that rows wait for an API that is not available before the sending stops."""
MIN_WAIT_SECONDS = 0.5
_REFUSALS = (ApiErrorCode.INVALID, ApiErrorCode.NOT_FOUND)


class RowProblem(NamedTuple):
    """Why a row of a file, counted from 1, is in quarantine. `field` and `reason` may repeat data."""

    row: int
    field: str
    reason: str


class Piece(NamedTuple):
    """Rows that are sent together; `chunk` is the part of the file that they come from."""

    chunk: int
    rows: tuple[int, ...]


Post = Callable[[Piece], Sequence[Result]]
"""Sends a piece and returns the result of each row. Raises ApiError."""


@dataclass
class RowSubmission(Generic[Result]):
    """`row_count` = accepted + quarantined + pending, at any moment. It can be continued after an error."""

    row_count: int
    pending: deque[Piece]
    accepted: dict[int, Result] = field(default_factory=dict)
    quarantined: dict[int, list[RowProblem]] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, row_count: int, problems: Sequence[RowProblem], max_piece_rows: int) -> "RowSubmission[Result]":
        """A submission of rows 1 … `row_count`; those with a problem are in quarantine from the beginning."""
        submission = cls(row_count, deque())
        submission._quarantine(problems)
        for chunk, start in enumerate(range(1, row_count + 1, max_piece_rows)):
            numbers = range(start, min(start + max_piece_rows, row_count + 1))
            submission._add(chunk, [row for row in numbers if row not in submission.quarantined], max_piece_rows)
        return submission

    @property
    def done(self) -> int:
        """Rows of which is known whether they are accepted."""
        return len(self.accepted) + len(self.quarantined)

    @property
    def problems(self) -> list[RowProblem]:
        """Why rows are in quarantine, in the order of the file."""
        return [problem for row in sorted(self.quarantined) for problem in self.quarantined[row]]

    def accept_without_sending(self, results: Mapping[int, Result]) -> None:
        """Accept rows of which there is nothing to send."""
        self.accepted.update(results)
        pieces = [Piece(chunk, tuple(row for row in rows if row not in results)) for chunk, rows in self.pending]
        self.pending = deque(piece for piece in pieces if piece.rows)

    def submit_next(self, post: Post[Result]) -> None:
        """Send the next piece. Raises ApiError unless it is about the rows; then the piece stays pending."""
        piece = self.pending[0]
        try:
            results = post(piece)
        except ApiError as error:
            if error.code not in _REFUSALS:
                raise
            self._divide(piece, error)
            return
        self.pending.popleft()
        self.accepted.update(zip(piece.rows, results, strict=True))

    def submit_all(self, post: Post[Result], wait: Callable[[float], None], advance: Callable[[], object]) -> None:
        """Send all pieces; waits for an API that is not available, as long as it says. Raises ApiError after that.

        `advance` is called after each piece.
        """
        remaining = MAX_WAIT_SECONDS
        while self.pending:
            try:
                self.submit_next(post)
            except ApiError as error:
                seconds = max(error.seconds or 0, MIN_WAIT_SECONDS)
                if error.code is not ApiErrorCode.UNAVAILABLE or seconds > remaining:
                    raise
                remaining -= seconds
                wait(seconds)
            else:
                remaining = MAX_WAIT_SECONDS
            advance()

    def _divide(self, piece: Piece, error: ApiError) -> None:
        """Put the rows that the API refuses into quarantine, and keep the others pending."""
        self.pending.popleft()
        named = [item for item in error.field_errors if item.shipment is not None and item.shipment <= len(piece.rows)]
        if named:
            problems = [_row_problem(item, piece.rows[(item.shipment or 1) - 1]) for item in named]
            self._quarantine(problems)
            listed_all = len(error.field_errors) < MAX_LISTED_ERRORS
            size = len(piece.rows) if listed_all else max(item.shipment or 1 for item in named)
            rest = [row for row in piece.rows if row not in self.quarantined]
            self._add(piece.chunk, rest, max(size, MIN_PIECE_ROWS))
        elif error.field_errors or len(piece.rows) == 1:
            errors = [(item.field, item.message) for item in error.field_errors] or [("", error.detail)]
            self._quarantine([RowProblem(row, *reason) for row in piece.rows for reason in errors])
        else:
            self._add(piece.chunk, list(piece.rows), -(-len(piece.rows) // 2))

    def _quarantine(self, problems: Sequence[RowProblem]) -> None:
        for problem in problems:
            self.quarantined.setdefault(problem.row, []).append(problem)

    def _add(self, chunk: int, rows: list[int], size: int) -> None:
        """Rows become pending: before all others of later chunks, in their order."""
        pieces = [Piece(chunk, tuple(rows[start : start + size])) for start in range(0, len(rows), size)]
        if self.pending and self.pending[0].chunk >= chunk:
            self.pending.extendleft(reversed(pieces))
        else:
            self.pending.extend(pieces)


def _row_problem(error: FieldError, row: int) -> RowProblem:
    return RowProblem(row, error.field, error.message)
