"""Erasures, so that rows that arrive late are refused; predictions whose idempotency key holds another answer."""

import sqlalchemy as sa
from alembic import op

revision = "serving_0003"
down_revision = "serving_0002"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)

# A batch is written in one message without waiting for responses, so only an error of the server can undo it.
FUNCTION = r"""
CREATE FUNCTION refuse_erasures_since(oldest timestamptz) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM erasures WHERE erased_at >= oldest) THEN
    RAISE EXCEPTION 'a shipment was erased since the oldest row of the batch' USING ERRCODE = 'exclusion_violation';
  END IF;
END
$$;
"""


def upgrade() -> None:
    """Create both tables and, in PostgreSQL, the function that refuses a batch."""
    op.create_table(
        "erasures",
        sa.Column("shipment_digest", sa.LargeBinary(32), primary_key=True, comment="SHA-256 of the shipment's id"),
        sa.Column("erased_at", UTC_TIME, nullable=False, comment="UTC; rows from before are not stored"),
    )
    op.create_index("erasures_erased_at", "erasures", ["erased_at"])
    op.create_table(
        "superseded_predictions",
        sa.Column("id", sa.Uuid, primary_key=True, comment="the prediction's id"),
        sa.Column("timestamp", UTC_TIME, nullable=False, comment="when it was predicted, UTC"),
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
        sa.Column("client", sa.Text, comment="the API key by which it was asked for"),
        sa.Column("superseded_by", sa.Text, nullable=False, comment="the request whose answer the key holds"),
        comment="predictions that a replica answered under a key that another replica had answered",
    )
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(FUNCTION, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Drop the function and the tables with their rows."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_erasures_since")
    op.drop_table("superseded_predictions")
    op.drop_table("erasures")
