"""Which columns of a window can be compared with the reference, and why the others cannot."""

from typing import Any

from numpy.typing import NDArray

from delay_core.features import Columns
from delay_core.monitoring.drift.missing import missing_values
from delay_core.monitoring.drift.reference_columns import ReferenceColumns
from delay_core.monitoring.drift_result import ColumnStatus


def find_problems(reference: ReferenceColumns, window: Columns) -> dict[str, ColumnStatus]:
    """The columns of the reference that cannot be compared, with the reason."""
    problems = {
        name: ColumnStatus.NEW if reference.missing_shares[name] == 1 else _problem(values, window.get(name))
        for name, values in reference.columns.items()
    }
    return {name: status for name, status in problems.items() if status is not None}


def _problem(reference: NDArray[Any], window: NDArray[Any] | None) -> ColumnStatus | None:
    if window is None:
        return ColumnStatus.ABSENT
    if window.dtype != reference.dtype:
        return ColumnStatus.WRONG_TYPE
    return ColumnStatus.ALL_MISSING if missing_values(window).all() else None
