"""Tables of the database `serving`, as the migrations create them."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Uuid,
)

from adapters.sql.column_types import Digest, SanitizedText, UtcTime

metadata = MetaData()


def _prediction_columns() -> list[Column[Any]]:
    """All columns of a prediction except its time and id; those of fixed width first, so that none is padded."""
    return [
        Column("point", UtcTime, comment="the shipment's prediction point, UTC"),
        Column("probability", Double, comment="of being late; null where none could be given"),
        Column("model_version", Integer, nullable=False),
        Column("prediction", SmallInteger, comment="the decision: 1 late, 0 on time"),
        Column("bundle_digest", Digest, nullable=False),
        Column("schema_digest", Digest, nullable=False),
        Column("model_name", SanitizedText, nullable=False),
        Column("model_uri", SanitizedText, nullable=False),
        Column("shipment_id", SanitizedText),
        Column("request_id", SanitizedText),
        Column("error_message", SanitizedText),
        Column("request_data", JSON, nullable=False, comment="the shipment's values, without personal data"),
        Column("client", SanitizedText, comment="the API key by which it was asked for"),
    ]


serving_logs = Table(
    "serving_logs",
    metadata,
    Column("timestamp", UtcTime, primary_key=True, comment="when it was predicted, UTC"),
    Column("id", Uuid, primary_key=True, comment="the prediction's id"),
    *_prediction_columns(),
    Index("serving_logs_shipment", "shipment_id", "timestamp"),
    Index("serving_logs_model", "model_name", "model_version", "timestamp"),
    # One partition per month: dropping one is fast, and a query reads only the months in its range.
    postgresql_partition_by="RANGE (timestamp)",
)

serving_daily = Table(
    "serving_daily",
    metadata,
    Column("day", Date, primary_key=True, comment="UTC"),
    Column("model_name", SanitizedText, primary_key=True),
    Column("model_version", Integer, primary_key=True, autoincrement=False),
    Column("slot", SmallInteger, primary_key=True, autoincrement=False, comment="counters, to be summed"),
    Column("rows", BigInteger, nullable=False),
    Column("late", BigInteger, nullable=False),
    Column("errors", BigInteger, nullable=False),
    Column("scored", BigInteger, nullable=False),
    Column("probability_sum", Double, nullable=False),
    comment="counts of serving_logs, kept in the same transactions",
)

outcomes = Table(
    "outcomes",
    metadata,
    # The key is the whole record, in the order that makes the last record of a shipment the current one.
    Column("shipment_id", SanitizedText, primary_key=True),
    Column("recorded_at", UtcTime, primary_key=True),
    Column("known_at", UtcTime, primary_key=True),
    Column("late", Boolean, primary_key=True),
    Column("source", SanitizedText, primary_key=True),
    Index("outcomes_recorded_at", "recorded_at", postgresql_using="brin"),
    sqlite_with_rowid=False,
)

actions = Table(
    "actions",
    metadata,
    Column("action_id", Uuid, primary_key=True),
    Column("at", UtcTime, nullable=False, comment="UTC"),
    Column("shipment_id", SanitizedText, nullable=False),
    Column("kind", SanitizedText, nullable=False, comment="acknowledged, acted or dismissed"),
    Column("actor", SanitizedText, nullable=False, comment="who did it"),
    Column("reason", SanitizedText, comment="a code of the company"),
    Column("note", SanitizedText),
    Index("actions_shipment", "shipment_id", "at"),
    Index("actions_at", "at", postgresql_using="brin"),
)

open_shipments = Table(
    "open_shipments",
    metadata,
    Column("shipment_id", SanitizedText, primary_key=True),
    Column("model_name", SanitizedText, primary_key=True),
    Column("timestamp", UtcTime, nullable=False, comment="of its newest prediction, UTC"),
    Column("id", Uuid, nullable=False, comment="of its newest prediction"),
    Column("point", UtcTime, comment="the shipment's prediction point, UTC"),
    Column("active_at", UtcTime, nullable=False, comment="the later of both times"),
    Column("probability", Double, nullable=False),
    Column("model_version", Integer, nullable=False),
    Column("promised", SanitizedText, comment="the promised time as it was sent"),
    Column("due_at", UtcTime, comment="the promised time, or else the point, UTC"),
    comment="derived from serving_logs",
)

projected_days = Table(
    "projected_days",
    metadata,
    Column("model_name", SanitizedText, primary_key=True),
    Column("day", Date, primary_key=True, comment="UTC"),
    Column("rows", BigInteger, nullable=False, comment="of serving_daily at the last projection"),
    Column("settled_until", UtcTime, nullable=False, comment="UTC; later: read again"),
    Column("settled_rows", BigInteger, nullable=False, comment="predictions before it"),
    comment="what of serving_logs is in open_shipments",
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("key", Digest, primary_key=True, comment="digest of client and key"),
    Column("body_digest", Digest, nullable=False),
    Column("request_id", SanitizedText, nullable=False),
    Column("answered_at", UtcTime, nullable=False, comment="UTC"),
    Column("answer", SanitizedText, nullable=False, comment="the JSON text that was answered"),
    Index("idempotency_keys_request", "request_id"),
    Index("idempotency_keys_answered_at", "answered_at", postgresql_using="brin"),
)

erasures = Table(
    "erasures",
    metadata,
    Column("shipment_digest", Digest, primary_key=True, comment="SHA-256 of the shipment's id"),
    Column("erased_at", UtcTime, nullable=False, comment="UTC; rows from before are not stored"),
    Index("erasures_erased_at", "erased_at"),
)

superseded_predictions = Table(
    "superseded_predictions",
    metadata,
    Column("id", Uuid, primary_key=True, comment="the prediction's id"),
    Column("timestamp", UtcTime, nullable=False, comment="when it was predicted, UTC"),
    *_prediction_columns(),
    Column("superseded_by", SanitizedText, nullable=False, comment="the request whose answer the key holds"),
    comment="predictions that a replica answered under a key that another replica had answered",
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("entry_id", Uuid, primary_key=True),
    Column("at", UtcTime, nullable=False, comment="UTC"),
    Column("actor", SanitizedText, nullable=False, comment="the API key's name"),
    Column("action", SanitizedText, nullable=False),
    Column("subject", SanitizedText, nullable=False),
    Column("outcome", SanitizedText, nullable=False),
    Column("request_id", SanitizedText),
    Index("audit_log_at", "at"),
)
