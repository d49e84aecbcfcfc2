"""Predictions (in PostgreSQL one partition per month), their daily counts, and outcomes."""

import sqlalchemy as sa
from alembic import op

revision = "serving_0001"
down_revision = None
branch_labels = None
depends_on = None

# Only the owner can create and drop tables: the service calls the first function when a month begins, retention the
# second. Their lock timeouts are short, since all writers wait behind a statement that waits for a table lock.
# The partition of a month is created as a table and then attached, which blocks neither readers nor writers.
# Rows before 2000 and after 2100, which only a wrong clock creates, have partitions of their own. There is no default
# partition: every new month would have to lock and search it.
FUNCTIONS = r"""
CREATE FUNCTION ensure_serving_month(moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '5s'
AS $$
DECLARE
  first timestamptz := date_trunc('month', moment);
  month text := 'serving_logs_' || to_char(moment, 'YYYY_MM');
BEGIN
  IF moment < '2000-01-01' OR moment >= '2100-01-01' THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('serving_partitions'));
  IF to_regclass('serving_partitions.' || month) IS NULL THEN
    EXECUTE format('CREATE TABLE serving_partitions.%I (LIKE public.serving_logs INCLUDING DEFAULTS)', month);
    EXECUTE format(
      'ALTER TABLE public.serving_logs ATTACH PARTITION serving_partitions.%I FOR VALUES FROM (%L) TO (%L)',
      month, first, first + interval '1 month');
  END IF;
END
$$;

CREATE FUNCTION drop_serving_months(moment timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '5s'
AS $$
DECLARE
  months text[];
  month text;
  held bigint;
  dropped bigint := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('serving_partitions'));
  months := ARRAY(
    SELECT relname FROM pg_class
    WHERE relnamespace = 'serving_partitions'::regnamespace AND relkind = 'r' AND relname ~ '^serving_logs_\d{4}_\d{2}$'
      AND relname < 'serving_logs_' || to_char(greatest(moment, '2000-01-01'), 'YYYY_MM')
    ORDER BY relname);
  FOREACH month IN ARRAY months LOOP
    EXECUTE format('SELECT count(*) FROM serving_partitions.%I', month) INTO held;
    dropped := dropped + held;
  END LOOP;
  FOREACH month IN ARRAY months LOOP  -- until the end of the transaction, all readers and writers wait
    EXECUTE format('DROP TABLE serving_partitions.%I', month);
  END LOOP;
  RETURN dropped;
END
$$;

REVOKE ALL ON FUNCTION ensure_serving_month, drop_serving_months FROM PUBLIC;

CREATE SCHEMA serving_partitions;
CREATE TABLE serving_partitions.serving_logs_earlier PARTITION OF serving_logs
  FOR VALUES FROM (MINVALUE) TO ('2000-01-01 00:00:00+00');
CREATE TABLE serving_partitions.serving_logs_later PARTITION OF serving_logs
  FOR VALUES FROM ('2100-01-01 00:00:00+00') TO (MAXVALUE);
"""

UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create tables, indexes and, in PostgreSQL, the functions that create and drop partitions."""
    _serving_logs()
    _serving_daily()
    _outcomes()
    if op.get_bind().dialect.name == "postgresql":
        # Without parameters, so that the driver does not interpret % and :.
        op.get_bind().exec_driver_sql(FUNCTIONS, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Drop all tables with their predictions and outcomes."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ensure_serving_month, drop_serving_months")
    for table in ("outcomes", "serving_daily", "serving_logs"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SCHEMA serving_partitions")


def _serving_logs() -> None:
    op.create_table(
        "serving_logs",
        sa.Column("timestamp", UTC_TIME, nullable=False, comment="when it was predicted, UTC"),
        sa.Column("id", sa.Uuid, nullable=False, comment="the prediction's id"),
        sa.Column("point", UTC_TIME, comment="the shipment's prediction point, UTC"),
        sa.Column("probability", sa.Double, comment="of being late; null where none could be given"),
        sa.Column("model_version", sa.Integer, nullable=False),
        sa.Column("prediction", sa.SmallInteger, comment="the decision: 1 late, 0 on time"),
        sa.Column("bundle_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("schema_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("model_name", sa.Text, nullable=False),
        sa.Column("model_uri", sa.Text, nullable=False),
        sa.Column("shipment_id", sa.Text),
        sa.Column("request_id", sa.Text),
        sa.Column("error_message", sa.Text),
        sa.Column("request_data", sa.JSON, nullable=False, comment="the shipment's values, without personal data"),
        sa.PrimaryKeyConstraint("timestamp", "id"),
        postgresql_partition_by="RANGE (timestamp)",
    )
    op.create_index("serving_logs_id", "serving_logs", ["id"])
    op.create_index("serving_logs_shipment", "serving_logs", ["shipment_id", "timestamp"])
    op.create_index("serving_logs_model", "serving_logs", ["model_name", "model_version", "timestamp"])
    op.create_index("serving_logs_decision", "serving_logs", ["prediction", "timestamp"])


def _serving_daily() -> None:
    op.create_table(
        "serving_daily",
        sa.Column("day", sa.Date, nullable=False, comment="UTC"),
        sa.Column("model_name", sa.Text, nullable=False),
        sa.Column("model_version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("slot", sa.SmallInteger, nullable=False, autoincrement=False, comment="counters, to be summed"),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("late", sa.BigInteger, nullable=False),
        sa.Column("errors", sa.BigInteger, nullable=False),
        sa.Column("scored", sa.BigInteger, nullable=False),
        sa.Column("probability_sum", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("day", "model_name", "model_version", "slot"),
        comment="counts of serving_logs, kept in the same transactions",
        # Every batch updates rows: with free space in the page, the index need not change.
        postgresql_with={"fillfactor": 50},
    )


def _outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("shipment_id", sa.Text, nullable=False),
        sa.Column("recorded_at", UTC_TIME, nullable=False),
        sa.Column("known_at", UTC_TIME, nullable=False),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("shipment_id", "recorded_at", "known_at", "late", "source"),
        sqlite_with_rowid=False,
    )
    op.create_index("outcomes_recorded_at", "outcomes", ["recorded_at"], postgresql_using="brin")
