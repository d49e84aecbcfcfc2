"""What each step found, as value objects: stored beside its output, printed, and given out as JSON."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from delay_core.evaluation import Figure, Figures


class Report(BaseModel):
    """Frozen, and refusing what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RowCounts(Report):
    """Every row read is in exactly one of the other three."""

    read: int
    accepted: int
    quarantined: int
    excluded: int


class Ingested(Report):
    """A table sorted out. `problems` counts quarantined rows by broken rule."""

    address: str
    source: str
    source_digest: str
    schema_digest: str
    rows: RowCounts
    late: int
    on_time: int
    open: int
    problems: dict[str, int]


class BrokenRule(Report):
    """A rule that rows broke: how many, the first of them, and what it was told."""

    rule: str
    rows: int
    source_row: int
    example: str


class ColumnCheck(Report):
    """A column of a schema against a table: its name in the file, if it is there; its use; accepted rows without it."""

    name: str
    found: str | None
    use: str
    missing: int


class SchemaCheck(Report):
    """What a table would become by a schema. `foreign` columns stand in the file alone; `parts` are rows by part.

    `refusal` says why training would be refused, if it would; `advice` what is allowed and yet seldom meant.
    """

    source: str
    rows: RowCounts
    late: int
    on_time: int
    open: int
    problems: tuple[BrokenRule, ...]
    columns: tuple[ColumnCheck, ...]
    foreign: tuple[str, ...]
    refused: dict[str, str]
    parts: dict[str, int]
    refusal: str | None
    advice: tuple[str, ...]


class Window(Report):
    """A part of the table in time order: how many rows, from when to when (UTC), and how many were late."""

    rows: int
    late: int
    start: datetime
    end: datetime


class Prepared(Report):
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


class TestFigures(Report):
    """The test rows, looked at once: the winner as it is served, the baseline, and for simulated data the oracle."""

    __test__ = False  # not a test case, whatever its name says to pytest
    winner: Figures
    baseline: Figures
    oracle: Figures | None
    gain_over_baseline: Figure


class Trained(Report):
    """A bundle and how it came about. `validation` has the figures of every model tried, the baseline's too."""

    address: str
    prepared: str
    bundle: str
    validation: dict[str, Figures]
    parameters: dict[str, dict[str, float | int | str]]
    winner: str
    test: TestFigures
    parity: float
    """The largest difference between ONNX and scikit-learn on a test row."""
    most_telling: tuple[str, ...]
    """What the leakage probe found: the columns, and pairs, that know most, with their out-of-fold ROC-AUC."""


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
