"""Outcomes in a file: words become true or false and dates become moments, by the rules of `delay outcomes import`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import numpy as np

from delay_core.parsing import LocalClock, TimeReading, Values, is_missing, parse_times
from delay_core.parsing.date_formats import ISO_8601
from delay_core.parsing.outcome_words import LATE_WORDS, ON_TIME_WORDS, parse_late
from delay_core.violations import Violation, ViolationCode, format_value
from entrypoints.api.schemas import Outcome, OutcomesRequest, OutcomesResponse, SourceDescription
from entrypoints.table_process.messages import Cell, TableContent
from entrypoints.ui.row_submission import Piece, RowProblem, RowSubmission

SHIPMENT_ID, PREDICTION_ID, LATE, KNOWN_AT = "shipment_id", "prediction_id", "late", "known_at"
COLUMNS = (SHIPMENT_ID, PREDICTION_ID, LATE, KNOWN_AT)
MAX_PIECE_OUTCOMES = 5_000

Record = Callable[[OutcomesRequest], OutcomesResponse]
"""Sends outcomes. Raises ApiError."""


class OutcomeRow(NamedTuple):
    """The outcome in a row, of a prediction or else of a shipment. `known_at`: UTC, None where the row has none."""

    shipment_id: str | None
    prediction_id: UUID | None
    late: bool
    known_at: datetime | None


@dataclass(frozen=True)
class OutcomeFile:
    """The outcomes of a file by row, from 1; rows without an outcome yet are `open`, and are not sent."""

    row_count: int
    outcomes: dict[int, OutcomeRow]
    open: frozenset[int]
    problems: tuple[RowProblem, ...]
    read_at: datetime
    """UTC; an outcome without a time of its own is known since then, so that a repeated request has equal content."""

    def submission(self, max_outcomes: int) -> "RowSubmission[None]":
        """Its rows. Open rows are accepted from the beginning: there is nothing to send."""
        size = min(max_outcomes, MAX_PIECE_OUTCOMES)
        submission: RowSubmission[None] = RowSubmission.of_rows(self.row_count, self.problems, size)
        submission.accept_without_sending(dict.fromkeys(self.open))
        return submission

    def record(self, send: Record, piece: Piece) -> list[None]:
        """Record the outcomes of a piece, all of them or none. Raises ApiError."""
        send(OutcomesRequest(data=[self._to_outcome(self.outcomes[row]) for row in piece.rows]))
        return [None] * len(piece.rows)

    def _to_outcome(self, row: OutcomeRow) -> Outcome:
        known_at = row.known_at or self.read_at
        if row.prediction_id is not None:
            return Outcome.model_construct(prediction_id=row.prediction_id, late=row.late, known_at=known_at)
        return Outcome.model_construct(shipment_id=row.shipment_id, late=row.late, known_at=known_at)


def missing_columns(header: Sequence[str]) -> str | None:
    """What a file of outcomes lacks, in a sentence; None if it has what it needs."""
    has_id = SHIPMENT_ID in header or PREDICTION_ID in header
    if has_id and LATE in header:
        return None
    return f"The file needs a column {SHIPMENT_ID} (or {PREDICTION_ID}) and a column {LATE}; {KNOWN_AT} is optional."


def read_outcomes(content: TableContent, source: SourceDescription, now: datetime) -> OutcomeFile:
    """The outcomes of a file. Of two rows about one shipment that contradict each other, the second is wrong."""
    count = content.row_count
    cells = _Cells(*(_objects(content.columns.get(name, [None] * count)) for name in COLUMNS))
    late, on_time, is_open = parse_late(cells.late)
    formats = tuple(dict.fromkeys((ISO_8601, *source.date_formats)))
    no_date = is_missing(cells.known_at, ("",))
    times = parse_times(cells.known_at, no_date, TimeReading(formats, LocalClock(source.timezone)))
    is_late = [True if late[i] else False if on_time[i] else None for i in range(count)]
    problems = [RowProblem(row, "", reason) for row, reason in sorted(content.unreadable.items())]
    outcomes: dict[int, OutcomeRow] = {}
    waiting: set[int] = set()
    first: dict[str | UUID | None, tuple[int, OutcomeRow]] = {}
    for position in range(count):
        row = position + 1
        if row in content.unreadable:
            continue
        violations = [*_id_violations(cells, position)]
        if is_late[position] is None and not is_open[position]:
            words = {"value": format_value(cells.late[position]), "late": LATE_WORDS, "on_time": ON_TIME_WORDS}
            violations.append(Violation(LATE, ViolationCode.NOT_A_LABEL, words))
        if times.refused[position]:
            params = {"value": format_value(cells.known_at[position]), "formats": formats}
            violations.append(Violation(KNOWN_AT, ViolationCode.NOT_A_DATE, params))
        if not violations and is_open[position]:
            waiting.add(row)
        elif not violations:
            known_at = None if no_date[position] else times.times[position].astype(datetime).replace(tzinfo=UTC)
            outcome = OutcomeRow(*_ids(cells, position), bool(is_late[position]), known_at)
            first_row, earlier = first.setdefault(outcome.prediction_id or outcome.shipment_id, (row, outcome))
            if earlier.late == outcome.late or (known_at is not None and known_at != earlier.known_at):
                outcomes[row] = outcome
            else:
                contradicted = {"row": first_row, "late": earlier.late}
                violations.append(Violation(LATE, ViolationCode.CONTRADICTORY_OUTCOME, contradicted))
        problems += [RowProblem(row, violation.field or "", violation.message()) for violation in violations]
    return OutcomeFile(count, outcomes, frozenset(waiting), tuple(problems), now)


class _Cells(NamedTuple):
    """The columns [rows] of a file."""

    shipment_id: Values
    prediction_id: Values
    late: Values
    known_at: Values


def _ids(cells: _Cells, position: int) -> tuple[str | None, UUID | None]:
    """The ids in a row. Raises ValueError for a text that is no prediction id."""
    prediction_id = _text(cells.prediction_id[position])
    return _text(cells.shipment_id[position]), None if prediction_id is None else UUID(prediction_id)


def _id_violations(cells: _Cells, position: int) -> Iterator[Violation]:
    try:
        if _ids(cells, position) == (None, None):
            yield Violation(SHIPMENT_ID, ViolationCode.MISSING)
    except ValueError:
        yield Violation(PREDICTION_ID, ViolationCode.UNKNOWN_PREDICTION)


def _objects(values: Sequence[Cell]) -> Values:
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


def _text(value: Cell) -> str | None:
    return None if value is None or str(value).strip() == "" else str(value)
