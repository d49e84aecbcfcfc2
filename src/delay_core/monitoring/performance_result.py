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
class PerformanceResult:
    """The performance of one window's predictions, as known at a moment.

    `maturity` is the share of rows whose outcome can be known by now, `overdue` the number of those without an outcome.
    `realized` is corrected for outcomes that are known early or late by their kind, `naive` is over all known ones;
    `without_actions` leaves out shipments on which somebody acted, corrected for who they are. `estimated` needs no
    outcome; `not_estimated` says why there is none. A part without enough rows is None.
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
