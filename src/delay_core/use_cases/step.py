"""The result of a pipeline step."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from delay_core.reports import Report

REPORT = "report.json"
"""The file with the report in a step's output."""

R = TypeVar("R", bound=Report)


@dataclass(frozen=True)
class StepResult(Generic[R]):
    """The report, and whether it was computed now; otherwise the same inputs had been processed before."""

    report: R
    computed: bool
