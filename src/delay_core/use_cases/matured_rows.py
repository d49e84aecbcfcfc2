"""The newest served shipments whose outcomes have matured, as the schema of one version reads them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from delay_core.conformal import LabelSets
from delay_core.errors import SchemaError
from delay_core.monitoring.cohort import UNKNOWN
from delay_core.monitoring.time_window import TimeWindow, windows_between
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.prediction_reader import PredictionReader
from delay_core.ports.progress import Progress
from delay_core.schema import ShipmentSchema
from delay_core.use_cases.known_outcomes import KnownOutcomes
from delay_core.use_cases.served_rows import ServedRows, Times, VersionParser, concat_rows, group_by_version

DAY = timedelta(days=1)


@dataclass(frozen=True)
class MaturedModel:
    """The model whose predictions are read, the schema that reads them, and what each version served.

    `label_sets_of` returns the label sets of a version with a bundle digest.
    """

    name: str
    schema: ShipmentSchema
    label_sets_of: Callable[[int, str], LabelSets]


@dataclass(frozen=True, eq=False)
class MaturedRows:
    """Shipments in the order in which their outcomes count; arrays [rows].

    Each has its newest prediction. `late` is 1 or 0 by the current record, `due` (UTC) when the outcome counts. `acted`
    marks shipments on which somebody had acted before, `covered` those whose served label set holds the outcome.
    """

    rows: ServedRows
    late: NDArray[np.int8]
    due: Times
    acted: NDArray[np.bool_]
    covered: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.rows)

    def select(self, rows: NDArray[np.int64]) -> "MaturedRows":
        """The rows with these indices, in their order."""
        return MaturedRows(self.rows.select(rows), *(getattr(self, name)[rows] for name in _ARRAYS))


_ARRAYS = ("late", "due", "acted", "covered")
"""The fields of matured rows that are arrays."""


@dataclass(frozen=True)
class MaturedRowsReport:
    """The rows, None if there are none; and how many predictions were left out because the schema refuses them."""

    matured: MaturedRows | None
    refused: int


@dataclass(frozen=True)
class ReadMaturedRows:
    """Reads back from the newest predictions, day by day and for as long as the horizon, until there are enough.

    An outcome has matured once the deadline of its shipment and the grace to report it have passed: before, late ones
    and punctual ones arrive at different times. Of a version that made more than `max_rows` predictions on a day, that
    many are read; with None, all of them.
    """

    predictions: PredictionReader
    known: KnownOutcomes
    horizon: timedelta
    max_rows: int | None
    progress: Progress

    def __call__(
        self, model: MaturedModel, as_of: datetime, limit: int, since: datetime | None = None
    ) -> MaturedRowsReport:
        """The shipments of the newest days whose outcome has matured by the moment (UTC). Raises StoreError.

        So many days are read that nobody acted on `limit` of them, if there are as many; of these days, the outcomes
        that count last. With `since` (UTC), outcomes count from then on. Raises SchemaError if requests do not have the
        promised date, so that no deadline is known.
        """
        _require_deadlines(model.schema)
        reading = _Reading(self.known, model, as_of, since)
        self.progress.step(f"Reading outcomes of {model.name}", limit)
        for window in self._windows(as_of):
            before = len(reading.usable)
            reading.add(self._read(window, model.name))
            self.progress.advance(min(len(reading.usable), limit) - before)
            if len(reading.usable) >= limit:
                break
        return MaturedRowsReport(reading.matured(limit), reading.refused)

    def _windows(self, as_of: datetime) -> list[TimeWindow]:
        """The days, the newest first, up to the last prediction that can have matured: no deadline is before it."""
        first, last = as_of - self.horizon, as_of - self.known.grace
        days = windows_between(first, last, DAY)
        begun = days[-1].end if days else first
        return [*([TimeWindow(begun, last)] if begun < last else []), *reversed(days)]

    def _read(self, window: TimeWindow, model_name: str) -> Iterable[Sequence[LoggedPrediction]]:
        if self.max_rows is None:
            return self.predictions.read_window(window.start, window.end, model_name)
        return self.predictions.read_sample(window.start, window.end, model_name, self.max_rows).batches


class _Reading:
    """What was read so far: the matured shipments, and how many predictions the schema refuses."""

    def __init__(self, known: KnownOutcomes, model: MaturedModel, as_of: datetime, since: datetime | None) -> None:
        self.usable: set[str] = set()
        """The shipments on which nobody acted."""
        self.refused = 0
        self._known, self._model, self._parser = known, model, VersionParser(model.schema)
        self._as_of, self._since = as_of, since
        self._parts: list[MaturedRows] = []

    def add(self, batches: Iterable[Sequence[LoggedPrediction]]) -> None:
        """Add the matured shipments among these predictions, which are older than those before."""
        for batch in batches:
            for (version, bundle_digest), predictions in group_by_version(batch).items():
                rows = self._parser(predictions)
                self.refused += len(predictions) - len(rows)
                matured = self._matured_rows(rows, self._model.label_sets_of(version, bundle_digest))
                self._parts.append(matured)
                ids = matured.rows.shipment_ids
                self.usable.update(ids[row] for row in np.flatnonzero(~matured.acted))

    def matured(self, limit: int) -> MaturedRows | None:
        """The shipments whose outcomes count last, at most `limit` without an action, in this order; None without any.

        Each has its newest prediction.
        """
        if not any(map(len, self._parts)):
            return None
        arrays = (np.concatenate([getattr(part, name) for part in self._parts]) for name in _ARRAYS)
        every = MaturedRows(concat_rows([part.rows for part in self._parts]), *arrays)
        by_time = every.select(np.argsort(every.rows.predicted_at, kind="stable"))
        last_row = {shipment_id: row for row, shipment_id in enumerate(by_time.rows.shipment_ids)}
        kept = by_time.select(np.sort(list(last_row.values())))
        by_due = kept.select(np.argsort(kept.due, kind="stable"))
        unaffected = np.flatnonzero(~by_due.acted)
        ordered = by_due.select(np.arange(unaffected[-limit] if len(unaffected) > limit else 0, len(by_due)))
        return replace(ordered, rows=self._parser.with_groups(ordered.rows))

    def _matured_rows(self, rows: ServedRows, label_sets: LabelSets) -> MaturedRows:
        missing_is_late = self._model.schema.label.missing_is_late
        known = self._known.read(rows, self._as_of, overdue_is_late=missing_is_late)
        matured = known.counts & (rows.deadline + np.timedelta64(self._known.grace) <= _utc(self._as_of))
        if self._since is not None:
            matured &= known.due >= _utc(self._since)
        late = np.where(known.late == UNKNOWN, known.due_late, known.late)
        covered = label_sets.hold(late, rows.probability)
        every = MaturedRows(rows, late, known.due, known.acted_before_due, covered)
        return every.select(np.flatnonzero(matured))


def _require_deadlines(schema: ShipmentSchema) -> None:
    promised = schema.label.promised
    if promised is not None and promised not in schema.persisted_columns:
        raise SchemaError(
            f"{schema.name}: predictions are logged without {promised!r}, so it is unknown when outcomes are due; "
            f"make it an input, such as by a derived feature {{days: [{schema.prediction_point.column}, {promised}]}}"
        )


def _utc(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.replace(tzinfo=None), "us")
