"""Monitoring figures: one record per model version, kind and window."""

import sqlalchemy as sa
from alembic import op

revision = "monitoring_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    utc_time = sa.DateTime(timezone=True)
    op.create_table(
        "monitoring_metrics",
        sa.Column("model_name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False, comment="what was looked at: drift, performance"),
        sa.Column("window_start", utc_time, nullable=False),
        sa.Column("window_end", utc_time, nullable=False),
        sa.Column("model_version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("timestamp", utc_time, nullable=False, comment="when it was computed, UTC"),
        sa.Column("date", sa.Date, nullable=False, comment="the day on which the window begins, UTC"),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("column_drift_score", sa.Double),
        sa.Column("dataset_drift_score", sa.Double),
        sa.Column("missing_values_share", sa.Double),
        sa.Column("prediction_drift_score", sa.Double),
        sa.Column("metric_details", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("model_name", "kind", "window_start", "window_end", "model_version"),
    )


def downgrade() -> None:
    """Drop the table with all its figures."""
    op.drop_table("monitoring_metrics")
