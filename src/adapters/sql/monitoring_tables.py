"""Tables of the database `monitoring`, as the migrations create them."""

from sqlalchemy import JSON, BigInteger, Column, Date, Double, Integer, MetaData, Table

from adapters.sql.column_types import SanitizedText, UtcTime

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
)
