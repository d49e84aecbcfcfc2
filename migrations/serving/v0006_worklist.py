"""The worklist: the newest prediction of each open shipment, and up to where the prediction log is projected."""

import sqlalchemy as sa
from alembic import op

revision = "serving_0006"
down_revision = "serving_0005"
compatible_with = "serving_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables; the API fills them."""
    op.create_table(
        "open_shipments",
        sa.Column("shipment_id", sa.Text, primary_key=True),
        sa.Column("model_name", sa.Text, primary_key=True),
        sa.Column("timestamp", sa.DateTime(timezone=True), nullable=False, comment="of its newest prediction, UTC"),
        sa.Column("id", sa.Uuid, nullable=False, comment="of its newest prediction"),
        sa.Column("point", sa.DateTime(timezone=True), comment="the shipment's prediction point, UTC"),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=False, comment="the later of both times"),
        sa.Column("probability", sa.Double, nullable=False),
        sa.Column("model_version", sa.Integer, nullable=False),
        sa.Column("promised", sa.Text, comment="the promised time as it was sent"),
        sa.Column("due_at", sa.DateTime(timezone=True), comment="the promised time, or else the point, UTC"),
        comment="derived from serving_logs",
    )
    op.create_table(
        "projected_days",
        sa.Column("model_name", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True, comment="UTC"),
        sa.Column("rows", sa.BigInteger, nullable=False, comment="of serving_daily at the last projection"),
        sa.Column("settled_until", sa.DateTime(timezone=True), nullable=False, comment="UTC; later: read again"),
        sa.Column("settled_rows", sa.BigInteger, nullable=False, comment="predictions before it"),
        comment="what of serving_logs is in open_shipments",
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("projected_days")
    op.drop_table("open_shipments")
