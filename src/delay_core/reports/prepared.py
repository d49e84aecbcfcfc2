"""What preprocessing left: the split and the fitted encoders."""

from datetime import datetime
from typing import Literal

from delay_core.reports.report import Report


class Window(Report):
    """A part of the table in time order: how many rows, from when to when (UTC), and how many were late."""

    rows: int
    late: int
    start: datetime
    end: datetime


class PreprocessReport(Report):
    """The split and the fitted encoders. `purged` rows are in no part; `open` rows have no outcome yet."""

    address: str
    ingested: str
    windows: dict[Literal["train", "validation", "test"], Window]
    purged: int
    open: int
    features: tuple[str, ...]
    made_from: dict[str, int]
    """Column, or derived feature → how many of the features are made from it."""
    refused: dict[str, str]
