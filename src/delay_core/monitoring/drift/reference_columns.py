"""What windows are compared with, computed once: which columns have values, and which categories there are."""

from functools import cached_property

from delay_core.features import Columns
from delay_core.monitoring.drift.missing import missing_values


class ReferenceColumns:
    """The columns of a reference sample, canonical arrays [rows]."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    @cached_property
    def missing_shares(self) -> dict[str, float]:
        """The share of missing values of each column."""
        return {name: float(missing_values(values).mean()) for name, values in self.columns.items()}

    @cached_property
    def categories(self) -> dict[str, frozenset[object]]:
        """The distinct values of each categorical column."""
        return {name: frozenset(values.tolist()) for name, values in self.columns.items() if values.dtype.kind != "f"}
