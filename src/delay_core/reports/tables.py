"""Reports of the steps that read or write a table: ingest, preprocess, predict."""

from datetime import datetime
from typing import Literal

from delay_core.data_interval import DataInterval
from delay_core.left_out import LeftOutCause
from delay_core.reports.base import Report
from delay_core.row_counts import RowCounts


class JoinCounts(Report):
    """A joined table, and how many rows of the main table have a match in it."""

    table: str
    matched: int
    unmatched: int


class IngestReport(Report):
    """A validated table. `problems` counts quarantined rows by the rule that they break.

    `equal_columns` are groups of stored columns that are equal in all accepted rows. `notes` are sentences about what
    the source leaves out or cannot read. `interval` is the part of the table that was read, None for all of it; rows
    outside it are excluded.
    """

    address: str
    source: str
    source_digest: str
    schema_digest: str
    rows: RowCounts
    late: int
    on_time: int
    open: int
    problems: dict[str, int]
    joins: tuple[JoinCounts, ...] = ()
    equal_columns: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()
    interval: DataInterval | None = None


class Window(Report):
    """One split of the table: its rows, the first and the last of them, and how many were late.

    `start` and `end` are times (UTC), or the numbers of rows in a table without times.
    """

    rows: int
    late: int
    start: datetime | int
    end: datetime | int

    @property
    def bounds(self) -> tuple[str, str]:
        """The first and the last in words: days, or numbers."""
        start, end = (f"{row:,}" if isinstance(row, int) else f"{row:%Y-%m-%d}" for row in (self.start, self.end))
        return start, end


class PreprocessReport(Report):
    """The splits and the fitted encoders.

    `purged` rows have an outcome and are in no split; `open` rows have no outcome yet; `left_out` has both by cause.
    """

    address: str
    ingested: str
    windows: dict[Literal["train", "validation", "test"], Window]
    purged: int
    open: int
    left_out: dict[LeftOutCause, int]
    features: tuple[str, ...]
    made_from: dict[str, int]
    """The number of features made from each column or derived feature."""
    refused: dict[str, str]
    """Columns that no feature may use, with the reason."""


class RankedShipment(Report):
    """An open shipment, its probability of being late, and the reasons as text, the strongest first.

    `point` is its prediction point in UTC, None in a table without times; `act` says whether acting pays at the given
    costs.
    """

    shipment_id: str
    source_row: int
    point: datetime | None
    probability: float
    label_set: str
    act: bool
    reasons: tuple[str, ...]


class UnseenCategories(Report):
    """Categories of a column that are on no training row: the rows that have one, and examples in their order."""

    column: str
    rows: int
    examples: tuple[str, ...]


class PredictReport(Report):
    """Predictions for a table: how many, and the shipments most likely to be late. The address holds all of them.

    Acting pays from the probability `act_above`, for `to_act_on` rows. `expected_saving` is what deciding row by row is
    expected to save compared with always waiting, in `currency` (None: in units of one needless action).
    """

    address: str
    rows: RowCounts
    act_above: float
    to_act_on: int
    expected_saving: float
    currency: str | None
    top: tuple[RankedShipment, ...]
    joins: tuple[JoinCounts, ...] = ()
    unseen: tuple[UnseenCategories, ...] = ()
    """A model knows nothing about these categories. Often they are known ones that are written in another way."""
    notes: tuple[str, ...] = ()
    """Sentences about what the source leaves out or cannot read."""
