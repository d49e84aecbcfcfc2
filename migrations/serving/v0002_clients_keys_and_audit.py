"""The client of a prediction, answers by idempotency key, and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "serving_0002"
down_revision = "serving_0001"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the column, which rewrites no rows and is part of new partitions, and create both tables."""
    op.add_column("serving_logs", sa.Column("client", sa.Text, comment="the API key by which it was asked for"))
    # Not in serving_logs: a partitioned table cannot have a key that is unique over all partitions.
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.LargeBinary(32), primary_key=True, comment="digest of client and key"),
        sa.Column("body_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("answered_at", UTC_TIME, nullable=False, comment="UTC"),
        sa.Column("answer", sa.Text, nullable=False, comment="the JSON text that was answered"),
    )
    op.create_index("idempotency_keys_request", "idempotency_keys", ["request_id"])
    op.create_index("idempotency_keys_answered_at", "idempotency_keys", ["answered_at"], postgresql_using="brin")
    op.create_table(
        "audit_log",
        sa.Column("entry_id", sa.Uuid, primary_key=True),
        sa.Column("at", UTC_TIME, nullable=False, comment="UTC"),
        sa.Column("actor", sa.Text, nullable=False, comment="the API key's name"),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text),
    )
    op.create_index("audit_log_at", "audit_log", ["at"])


def downgrade() -> None:
    """Drop the tables and the column with their values."""
    op.drop_table("audit_log")
    op.drop_table("idempotency_keys")
    op.drop_column("serving_logs", "client")
