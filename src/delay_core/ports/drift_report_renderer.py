"""Drift as a page for people."""

from typing import Protocol

from delay_core.features import Columns


class DriftReportRenderer(Protocol):
    """Shows the distribution of each column in two samples."""

    def render(self, reference: Columns, window: Columns) -> bytes:
        """A page of HTML that needs no other file; both samples have the same columns, each with at least one value.

        Columns are canonical: float64 with NaN, str and None. Its figures need not be those of the drift detector that
        decides.
        """
        ...
