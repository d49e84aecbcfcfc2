"""Predictions for a table."""

from datetime import datetime

from delay_core.reports.report import Report, RowCounts


class Ranked(Report):
    """An open shipment and its probability of being late. `point` is its prediction point, UTC."""

    shipment_id: str
    source_row: int
    point: datetime
    probability: float


class Predicted(Report):
    """Predictions for a table: how many, and the likeliest to be late; all of them lie at the address."""

    address: str
    rows: RowCounts
    top: tuple[Ranked, ...]
