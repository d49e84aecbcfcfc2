"""A step of the pipeline: its report, and whether it had to be computed."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from delay_core.reports import Report

REPORT = "report.json"
"""The file of a step's output that holds its report."""

R = TypeVar("R", bound=Report)


@dataclass(frozen=True)
class Step(Generic[R]):
    """`fresh` is false when the same inputs had given this output before."""

    report: R
    fresh: bool
