"""The result of a window as rows of the monitoring tables, and back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from operator import itemgetter
from typing import Any

from sqlalchemy import RowMapping, Table

from adapters.sql import monitoring_tables as tables
from delay_core.evaluation import Estimate
from delay_core.monitoring.decision_reason import DecisionReason, ReasonCode
from delay_core.monitoring.drift_result import ColumnDrift, ColumnStatus, DriftResult
from delay_core.monitoring.monitoring_decision import MonitoringDecision, Severity
from delay_core.monitoring.performance_result import PerformanceFigures, PerformanceResult, PerformanceSlice
from delay_core.monitoring.time_window import TimeWindow
from delay_core.monitoring.window_result import WindowResult

Row = dict[str, Any]
KEY = ("model_name", "window_start", "window_end", "model_version")
DRIFT = "drift"
"""The kind of the rows of `monitoring_metrics`."""
_COLUMN, _PREDICTION = "column", "prediction"
_PARTS = ("realized", "naive", "without_actions", "estimated")
_drift_values = itemgetter("column_name", *(field.name for field in fields(ColumnDrift)[1:]))
_STATUSES = {status.value: status for status in ColumnStatus}
_COUNTS = ("rows", "maturity", "overdue", "acted_on", "not_estimated", "inferred", "outside_share")


def to_rows(result: WindowResult) -> dict[Table, list[Row]]:
    """The rows of each table that has any."""
    key = key_of(result.decision)
    rows: dict[Table, list[Row]] = {tables.monitoring_decisions: [{**key, **_decision_row(result)}]}
    drift, performance = result.drift, result.performance
    if drift is not None:
        rows[tables.monitoring_metrics] = [{**key, **_metrics_row(result, drift)}]
        rows[tables.monitoring_columns] = [
            {**key, "subject": subject, "position": position, **_column_row(column)}
            for subject, columns in ((_COLUMN, drift.columns), (_PREDICTION, (drift.prediction,)))
            for position, column in enumerate(columns)
        ]
    if performance is not None:
        rows[tables.monitoring_performance] = [
            {
                **key,
                "as_of": result.as_of,
                **{name: getattr(performance, name) for name in _COUNTS},
            }
        ]
        rows[tables.monitoring_figures] = [
            {**key, "part": part, **row} for part in _PARTS for row in _figure_rows(getattr(performance, part))
        ]
        rows[tables.monitoring_slices] = [
            {**key, "column_name": part.column, "column_value": part.value, **row}
            for part in performance.slices
            for row in _figure_rows(part.realized)
        ]
    return rows


def key_of(decision: MonitoringDecision) -> Row:
    """The columns that identify version and window in every table."""
    return {
        "model_name": decision.model_name,
        "window_start": decision.window.start,
        "window_end": decision.window.end,
        "model_version": decision.model_version,
    }


def _decision_row(result: WindowResult) -> Row:
    decision = result.decision
    return {
        "schema_digest": result.schema_digest,
        "rows": result.rows,
        "severity": decision.severity.value,
        "severity_level": decision.severity.level,
        "reasons": [{"code": reason.code.value, "params": dict(reason.params)} for reason in decision.reasons],
        "evidence": decision.evidence,
        "known_outcomes": decision.known_outcomes,
        "change_start": decision.change_point and decision.change_point.start,
        "change_end": decision.change_point and decision.change_point.end,
        "changed": decision.changed,
        "state": dict(result.state),
    }


def _metrics_row(result: WindowResult, drift: DriftResult) -> Row:
    effects = [column.effect for column in drift.columns if column.effect is not None]
    window = result.decision.window
    return {
        "kind": DRIFT,
        "timestamp": window.end,
        "date": window.start.date(),
        "rows": drift.rows,
        "column_drift_score": max(effects, default=None),
        "dataset_drift_score": drift.dataset_share,
        "missing_values_share": drift.missing_share,
        "prediction_drift_score": drift.prediction.effect,
        "metric_details": {column.column: column.status.value for column in drift.columns},
    }


def _column_row(column: ColumnDrift) -> Row:
    values = asdict(column)
    return {
        **values,
        "column_name": values.pop("column"),
        "status": column.status.value,
        "new_categories": list(column.new_categories),
    }


def _figure_rows(figures: PerformanceFigures | None) -> Iterable[Row]:
    if figures is not None:
        for metric, estimate in figures.figures.items():
            yield {"metric": metric, "rows": figures.rows, "late": figures.late, **estimate.model_dump()}


def to_decision(row: RowMapping) -> MonitoringDecision:
    """The decision in a row of `monitoring_decisions`."""
    start, end = row["change_start"], row["change_end"]
    return MonitoringDecision(
        model_name=row["model_name"],
        model_version=row["model_version"],
        window=TimeWindow(row["window_start"], row["window_end"]),
        severity=Severity(row["severity"]),
        reasons=tuple(DecisionReason(ReasonCode(each["code"]), each["params"]) for each in row["reasons"]),
        evidence=row["evidence"],
        known_outcomes=row["known_outcomes"],
        change_point=None if start is None else TimeWindow(start, end),
        changed=row["changed"],
    )


def to_result(decision: RowMapping, rows: Mapping[Table, list[RowMapping]]) -> WindowResult:
    """The result of a row of `monitoring_decisions` and of the rows of the other tables with the same key."""
    drift = rows.get(tables.monitoring_metrics)
    performance = rows.get(tables.monitoring_performance)
    return WindowResult(
        decision=to_decision(decision),
        schema_digest=decision["schema_digest"],
        as_of=performance[0]["as_of"] if performance else decision["window_end"],
        rows=decision["rows"],
        drift=_to_drift(drift[0], rows[tables.monitoring_columns]) if drift else None,
        performance=_to_performance(performance[0], rows) if performance else None,
        state=decision["state"],
    )


def _to_drift(metrics: RowMapping, columns: list[RowMapping]) -> DriftResult:
    ordered = sorted(columns, key=lambda row: row["position"])
    of_subject = {
        subject: [_to_column(row) for row in ordered if row["subject"] == subject] for subject in (_COLUMN, _PREDICTION)
    }
    return DriftResult(
        rows=metrics["rows"],
        columns=tuple(of_subject[_COLUMN]),
        prediction=of_subject[_PREDICTION][0],
        dataset_share=metrics["dataset_drift_score"],
        missing_share=metrics["missing_values_share"],
    )


def _to_column(row: RowMapping) -> ColumnDrift:
    name, status, *numbers, new_categories = _drift_values(row)
    values = (name, _STATUSES[status], *numbers, tuple(new_categories))
    return ColumnDrift(*values)


def _to_performance(row: RowMapping, rows: Mapping[Table, list[RowMapping]]) -> PerformanceResult:
    figures = rows.get(tables.monitoring_figures, [])
    parts = {part: _to_figures([figure for figure in figures if figure["part"] == part]) for part in _PARTS}
    slices: defaultdict[tuple[str, str], list[RowMapping]] = defaultdict(list)
    for figure in rows.get(tables.monitoring_slices, []):
        slices[figure["column_name"], figure["column_value"]].append(figure)
    return PerformanceResult(
        **{name: row[name] for name in _COUNTS},
        **parts,
        slices=tuple(PerformanceSlice(*name, _to_figures(slices[name])) for name in sorted(slices)),
    )


def _to_figures(rows: list[RowMapping]) -> Any:
    """The figures of one part; None without any."""
    if not rows:
        return None
    estimates = {row["metric"]: Estimate(value=row["value"], low=row["low"], high=row["high"]) for row in rows}
    return PerformanceFigures(rows[0]["rows"], rows[0]["late"], estimates)
