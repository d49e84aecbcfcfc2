"""Tables of the database `serving`, as the migrations make them."""

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

from adapters.sql.types import Digest, StorableText, UtcTime

metadata = MetaData()

serving_logs = Table(
    "serving_logs",
    metadata,
    # Of fixed width first: PostgreSQL then wastes no bytes between them.
    Column("timestamp", UtcTime, primary_key=True, comment="when it was predicted, UTC"),
    Column("id", Uuid, primary_key=True, comment="the prediction's id"),
    Column("point", UtcTime, comment="the shipment's prediction point, UTC"),
    Column("probability", Double, comment="of being late; null where none could be given"),
    Column("model_version", Integer, nullable=False),
    Column("prediction", SmallInteger, comment="the decision: 1 late, 0 on time"),
    Column("bundle_digest", Digest, nullable=False),
    Column("schema_digest", Digest, nullable=False),
    Column("model_name", StorableText, nullable=False),
    Column("model_uri", StorableText, nullable=False),
    Column("shipment_id", StorableText),
    Column("request_id", StorableText),
    Column("error_message", StorableText),
    Column("request_data", JSON, nullable=False, comment="the shipment's values, without personal data"),
    Column("client", StorableText, comment="the API key by which it was asked for"),
    Index("serving_logs_id", "id"),
    Index("serving_logs_shipment", "shipment_id", "timestamp"),
    Index("serving_logs_model", "model_name", "model_version", "timestamp"),
    Index("serving_logs_decision", "prediction", "timestamp"),
    # A month is a table of its own: it is dropped in an instant, and a query reads the months it asks for.
    postgresql_partition_by="RANGE (timestamp)",
)

serving_daily = Table(
    "serving_daily",
    metadata,
    Column("day", Date, primary_key=True, comment="UTC"),
    Column("model_name", StorableText, primary_key=True),
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
    # The whole record is its key, in the order in which the last one of a shipment holds.
    Column("shipment_id", StorableText, primary_key=True),
    Column("recorded_at", UtcTime, primary_key=True),
    Column("known_at", UtcTime, primary_key=True),
    Column("late", Boolean, primary_key=True),
    Column("source", StorableText, primary_key=True),
    Index("outcomes_recorded_at", "recorded_at", postgresql_using="brin"),
    sqlite_with_rowid=False,
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("key", Digest, primary_key=True, comment="digest of client and key"),
    Column("body_digest", Digest, nullable=False),
    Column("request_id", StorableText, nullable=False),
    Column("answered_at", UtcTime, nullable=False, comment="UTC"),
    Column("answer", StorableText, nullable=False, comment="the JSON text that was answered"),
    Index("idempotency_keys_request", "request_id"),
    Index("idempotency_keys_answered_at", "answered_at", postgresql_using="brin"),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("entry_id", Uuid, primary_key=True),
    Column("at", UtcTime, nullable=False, comment="UTC"),
    Column("actor", StorableText, nullable=False, comment="the API key's name"),
    Column("action", StorableText, nullable=False),
    Column("subject", StorableText, nullable=False),
    Column("outcome", StorableText, nullable=False),
    Column("request_id", StorableText),
    Index("audit_log_at", "at"),
)
