"""Which columns of a window can be compared with the reference, and why the others cannot."""

from typing import Any

from numpy.typing import NDArray

from delay_core.features import Columns
from delay_core.monitoring.drift.missing import missing_values
from delay_core.monitoring.drift_result import ColumnStatus


def find_problems(reference: Columns, window: Columns) -> dict[str, ColumnStatus]:
    """The columns of the reference that cannot be compared, with the reason."""
    problems = {name: _problem(values, window.get(name)) for name, values in reference.items()}
    return {name: status for name, status in problems.items() if status is not None}


def _problem(reference: NDArray[Any], window: NDArray[Any] | None) -> ColumnStatus | None:
    if missing_values(reference).all():
        return ColumnStatus.NEW
    if window is None:
        return ColumnStatus.ABSENT
    if window.dtype != reference.dtype:
        return ColumnStatus.WRONG_TYPE
    return ColumnStatus.ALL_MISSING if missing_values(window).all() else None
