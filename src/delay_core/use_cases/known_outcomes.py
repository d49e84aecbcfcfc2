"""What is known of the outcomes of served rows: as of a moment, and when each first counts as evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from delay_core.monitoring.cohort import UNKNOWN, Cohort
from delay_core.parsing import NO_TIME
from delay_core.ports.action_log import ActionLog
from delay_core.ports.outcome_log import Outcome, OutcomeLog
from delay_core.use_cases.served_rows import ServedRows, Times


@dataclass(frozen=True, eq=False)
class EvidenceRows:
    """Outcomes in the order in which they count: arrays [rows]. `due` (UTC) is when an outcome counts."""

    due: Times
    probability: NDArray[np.float64]
    late: NDArray[np.int8]
    group: NDArray[np.int64]

    def between(self, start: datetime, end: datetime) -> "EvidenceRows":
        """The rows that count from `start` on and before `end` (UTC)."""
        low, high = (np.datetime64(moment.replace(tzinfo=None), "us") for moment in (start, end))
        rows = (self.due >= low) & (self.due < high)
        return EvidenceRows(self.due[rows], self.probability[rows], self.late[rows], self.group[rows])


def concat_evidence(parts: Sequence[EvidenceRows]) -> EvidenceRows:
    """All rows in order; those that count at the same moment in the order of their groups, which no run changes."""
    names = ("due", "probability", "late", "group")
    empty = EvidenceRows(
        np.empty(0, dtype="datetime64[us]"),
        np.empty(0),
        np.empty(0, dtype=np.int8),
        np.empty(0, dtype=np.int64),
    )
    due, probability, late, group = (
        np.concatenate([getattr(part, name) for part in (empty, *parts)]) for name in names
    )
    order = np.lexsort((probability, group, due))
    return EvidenceRows(due[order], probability[order], late[order], group[order])


@dataclass(frozen=True, eq=False)
class RowOutcomes:
    """The outcomes of served rows, as of a moment; arrays [rows], times in UTC.

    `late` is 1, 0 or UNKNOWN and `known_at` its time, by the current record. `due` is when an outcome first counts, NaT
    for rows without one; `due_late` is the outcome as it counts then. `acted_on` marks rows on which somebody had acted
    before the current record was known, `acted_before_due` those before the outcome counted.
    """

    late: NDArray[np.int8]
    known_at: Times
    due: Times
    due_late: NDArray[np.int8]
    acted_on: NDArray[np.bool_]
    acted_before_due: NDArray[np.bool_]

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Which outcomes count [rows]."""
        return ~np.isnat(self.due)


@dataclass(frozen=True)
class KnownOutcomes:
    """Reads the logs of outcomes and actions.

    `grace` is how long after its deadline a shipment without an outcome is expected to be reported. `overdue_is_late`
    says that one without a report was late then: true for labels of two dates, where only an arrival is reported.
    """

    outcomes: OutcomeLog
    actions: ActionLog
    grace: timedelta

    def __call__(
        self, rows: ServedRows, as_of: datetime, *, overdue_is_late: bool
    ) -> tuple[Cohort, EvidenceRows, datetime | None]:
        """The rows as they are known at the moment; those that count as evidence by then; when the last one counts.

        That is None while some do not count yet. A shipment on which somebody had acted before its outcome was known is
        no evidence: later actions change nothing.
        """
        known = self.read(rows, as_of, overdue_is_late=overdue_is_late)
        cohort = Cohort(
            rows.predicted_at, rows.probability, known.late, rows.deadline, known.known_at, known.acted_on, rows.group
        )
        used = known.counts & ~known.acted_before_due
        evidence = EvidenceRows(known.due[used], rows.probability[used], known.due_late[used], rows.group[used])
        return cohort, evidence, known.due.max().astype(datetime).replace(tzinfo=UTC) if known.counts.all() else None

    def read(self, rows: ServedRows, as_of: datetime, *, overdue_is_late: bool) -> RowOutcomes:
        """What is known of each row at the moment.

        An outcome counts once its deadline has passed and it is recorded: before the deadline, outcomes arrive in an
        order that depends on them.
        """
        ids = set(rows.shipment_ids)
        histories = self.outcomes.histories(ids, as_of)
        acted_at = self.actions.acted_on(ids)
        deadlines = [moment.replace(tzinfo=UTC) for moment in rows.deadline.astype(object)]
        late, known_at = np.full(len(rows), UNKNOWN, dtype=np.int8), np.full(len(rows), NO_TIME)
        due, due_late = np.full(len(rows), NO_TIME), np.full(len(rows), UNKNOWN, dtype=np.int8)
        due_known_at = np.full(len(rows), NO_TIME)
        for row, (shipment_id, deadline) in enumerate(zip(rows.shipment_ids, deadlines, strict=True)):
            history = histories.get(shipment_id, ())
            if history:
                late[row], known_at[row] = history[-1].late, history[-1].known_at.replace(tzinfo=None)
            counted = self._first_count(history, deadline, overdue_is_late=overdue_is_late)
            if counted is not None and counted.due < as_of:
                due[row], due_late[row] = counted.due.replace(tzinfo=None), counted.late
                due_known_at[row] = counted.known_at.replace(tzinfo=None)
        acted = _times([acted_at.get(shipment_id) for shipment_id in rows.shipment_ids])
        acted_on = acted <= np.fmin(known_at, np.datetime64(as_of.replace(tzinfo=None)))
        return RowOutcomes(late, known_at, due, due_late, acted_on, acted <= np.fmin(due, due_known_at))

    def _first_count(
        self, history: Sequence[Outcome], deadline: datetime, *, overdue_is_late: bool
    ) -> "_CountedOutcome | None":
        """The outcome as it counts; None without a record."""
        overdue = deadline + self.grace
        if overdue_is_late and (not history or history[0].recorded_at > overdue):
            return _CountedOutcome(overdue, overdue, late=True)
        if not history:
            return None
        moment = max(deadline, history[0].recorded_at)
        record = [record for record in history if record.recorded_at <= moment][-1]
        return _CountedOutcome(moment, record.known_at, record.late)


@dataclass(frozen=True)
class _CountedOutcome:
    """An outcome as of `due`, the moment from which it counts; both times UTC."""

    due: datetime
    known_at: datetime
    late: bool


def _times(moments: Sequence[datetime | None]) -> Times:
    """UTC [rows], NaT for None."""
    return np.array([None if one is None else one.replace(tzinfo=None) for one in moments], dtype="datetime64[us]")
