"""How good the predictions of a window were, once their outcomes are known, and how good they are estimated to be."""

from collections.abc import Mapping
from dataclasses import dataclass

from delay_core.evaluation import Estimate


@dataclass(frozen=True, slots=True)
class PerformanceFigures:
    """Metrics by name (`roc_auc`, `log_loss`, `brier`, …, `late_rate`, `savings`) over so many rows, with intervals."""

    rows: int
    late: int
    figures: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class PerformanceSlice:
    """The realized figures of the rows that share a value of a column."""

    column: str
    value: str
    realized: PerformanceFigures


@dataclass(frozen=True, slots=True)
class PerformanceResult:
    """The performance of one window's predictions, as known at a moment.

    `maturity` is the share of rows whose outcome can be known by now, `overdue` the number of those without an outcome,
    `inferred` how many of those are late by definition. `realized` is corrected for outcomes that are known early or
    late by their kind, `naive` is over all known ones; `without_actions` is as if nobody had acted on a shipment. In
    these, `rows` and `late` count the outcomes that they are computed from.

    `estimated` needs no outcome. `not_estimated` says why there is none, or why it is not valid and must not be shown;
    `outside_share` is the share of rows outside the reference's support. A part without enough rows is None.
    `slices` are in the order of column and value.
    """

    rows: int
    maturity: float
    overdue: int
    acted_on: int
    realized: PerformanceFigures | None
    naive: PerformanceFigures | None
    without_actions: PerformanceFigures | None
    estimated: PerformanceFigures | None
    not_estimated: str | None
    inferred: int = 0
    outside_share: float | None = None
    slices: tuple[PerformanceSlice, ...] = ()
