"""The drift of each column as a table: effects beside their limits."""

from adapters.html.markup import Cell, Markup, paragraph, table
from delay_core.monitoring.drift import DriftPolicy, effect_limit
from delay_core.monitoring.drift_result import ColumnDrift, ColumnStatus, DriftResult

_HEADS = ("column", "status", "effect", "limit", "p-value, adjusted", "missing", "in the training", "new categories")
_LONGEST_BAR = 3.0
"""Times the limit."""


def drift_table(drift: DriftResult, policy: DriftPolicy) -> str:
    """The predictions, then all columns, those that moved most first."""
    if drift.prediction.status is ColumnStatus.NOT_ENOUGH_DATA:
        return paragraph(
            f"Not enough data: to be compared, a window needs {policy.minimum_rows:,} rows in "
            f"{policy.minimum_groups:,} groups; this one has {drift.rows:,} rows."
        )
    drifted = [column.column for column in drift.columns if column.status.is_drift]
    summary = f"{len(drifted)} of {len(drift.columns)} columns drifted." if drifted else "No column drifted."
    rows = [_cells(column, policy) for column in (drift.prediction, *drift.columns)]
    return paragraph(summary) + table(_HEADS, rows)


def _cells(column: ColumnDrift, policy: DriftPolicy) -> list[Cell]:
    limit = effect_limit(column, policy)
    style = "drifted" if column.status.is_drift else "calm"
    status = Markup(f'<span class="badge {style}">{column.status.value}</span>')
    return [
        column.column,
        status,
        _effect(column, limit),
        "–" if column.effect is None else f"{limit:.2f}",
        "–" if column.adjusted_p_value is None else _p_value(column.adjusted_p_value),
        _share(column.missing_share),
        _share(column.reference_missing_share),
        _new_categories(column),
    ]


def _effect(column: ColumnDrift, limit: float) -> Cell:
    if column.effect is None:
        return "–"
    width = min(column.effect / limit / _LONGEST_BAR, 1.0)
    style = "bar over" if column.effect >= limit else "bar"
    return Markup(f'<span class="{style}"><i style="width:{width:.1%}"></i></span> {column.effect:.3f}')


def _p_value(value: float) -> str:
    return "below .0001" if value < 1e-4 else f"{value:.4f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value + 0.0:.1%}"  # not -0.0 %


def _new_categories(column: ColumnDrift) -> str:
    if not column.new_categories:
        return ""
    return f"{column.new_category_share or 0:.1%}: {', '.join(column.new_categories)}"
