"""Tables of the database `monitoring`, as the migrations create them."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Double, Index, Integer, MetaData, SmallInteger, Table

from adapters.sql.column_types import Digest, SanitizedText, UtcTime

metadata = MetaData()

monitoring_metrics = Table(
    "monitoring_metrics",
    metadata,
    Column("model_name", SanitizedText, primary_key=True),
    Column("kind", SanitizedText, primary_key=True, comment="what was looked at: drift, performance"),
    Column("window_start", UtcTime, primary_key=True),
    Column("window_end", UtcTime, primary_key=True),
    Column("model_version", Integer, primary_key=True, autoincrement=False),
    Column("timestamp", UtcTime, nullable=False, comment="when it was computed, UTC"),
    Column("date", Date, nullable=False, comment="the day on which the window begins, UTC"),
    Column("rows", BigInteger, nullable=False),
    Column("column_drift_score", Double),
    Column("dataset_drift_score", Double),
    Column("missing_values_share", Double),
    Column("prediction_drift_score", Double),
    Column("metric_details", JSON, nullable=False),
    Index("monitoring_metrics_timestamp", "timestamp"),
)
"""The drift of windows, under the names that the predecessor used."""


def _key() -> list[Column[Any]]:
    return [
        Column("model_name", SanitizedText, primary_key=True),
        Column("window_start", UtcTime, primary_key=True),
        Column("window_end", UtcTime, primary_key=True),
        Column("model_version", Integer, primary_key=True, autoincrement=False),
    ]


def _figure_columns() -> list[Column[Any]]:
    return [
        Column("rows", BigInteger, nullable=False),
        Column("late", BigInteger, nullable=False),
        Column("value", Double, nullable=False),
        Column("low", Double, nullable=False),
        Column("high", Double, nullable=False),
    ]


monitoring_columns = Table(
    "monitoring_columns",
    metadata,
    *_key(),
    Column("subject", SanitizedText, primary_key=True, comment="column or prediction"),
    Column("column_name", SanitizedText, primary_key=True),
    Column("position", Integer, nullable=False, comment="from 0: the column that moved most is first"),
    Column("status", SanitizedText, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("method", SanitizedText, comment="the distance that effect is"),
    Column("effect", Double, comment="from 0 (equal) to 1"),
    Column("p_value", Double),
    Column("adjusted_p_value", Double, comment="over all columns of the window"),
    Column("missing_share", Double),
    Column("reference_missing_share", Double),
    Column("missing_p_value", Double),
    Column("new_category_share", Double),
    Column("new_categories", JSON, nullable=False),
)

monitoring_performance = Table(
    "monitoring_performance",
    metadata,
    *_key(),
    Column("as_of", UtcTime, nullable=False, comment="outcomes recorded up to here are known"),
    Column("rows", BigInteger, nullable=False),
    Column("maturity", Double, nullable=False, comment="share of rows whose outcome can be known"),
    Column("overdue", BigInteger, nullable=False),
    Column("acted_on", BigInteger, nullable=False),
    Column("not_estimated", SanitizedText, comment="why there is no estimate, or no valid one"),
    Column("inferred", BigInteger, nullable=False, comment="overdue and late by definition"),
    Column("outside_share", Double, comment="share of rows outside the reference's support"),
)

monitoring_figures = Table(
    "monitoring_figures",
    metadata,
    *_key(),
    Column("part", SanitizedText, primary_key=True, comment="realized, naive, without_actions, estimated"),
    Column("metric", SanitizedText, primary_key=True),
    *_figure_columns(),
)

monitoring_slices = Table(
    "monitoring_slices",
    metadata,
    *_key(),
    Column("column_name", SanitizedText, primary_key=True),
    Column("column_value", SanitizedText, primary_key=True),
    Column("metric", SanitizedText, primary_key=True),
    *_figure_columns(),
    comment="realized figures of the rows that share a value of a column",
)

monitoring_decisions = Table(
    "monitoring_decisions",
    metadata,
    *_key(),
    Column("schema_digest", Digest, nullable=False),
    Column("rows", BigInteger, nullable=False, comment="predictions in the window"),
    Column("severity", SanitizedText, nullable=False),
    Column("severity_level", SmallInteger, nullable=False, comment="0 none, 1 watch, 2 retrain, 3 roll back"),
    Column("reasons", JSON, nullable=False),
    Column("evidence", Double, nullable=False, comment="e-value over the life of the version"),
    Column("known_outcomes", BigInteger, nullable=False),
    Column("change_start", UtcTime, comment="the window in which the model became worse"),
    Column("change_end", UtcTime),
    Column("changed", Boolean, nullable=False, comment="another severity than in the window before"),
    Column("notified_at", UtcTime),
    Column("state", JSON, nullable=False, comment="what the next window continues from"),
    Index("monitoring_decisions_end", "model_name", "window_end"),
)

monitoring_policy = Table(
    "monitoring_policy",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False, comment="1: the current policy"),
    Column("timestamp", UtcTime, nullable=False, comment="since when it holds, UTC"),
    Column("limits", JSON, nullable=False),
)
