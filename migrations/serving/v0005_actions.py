"""What people did about shipments."""

import sqlalchemy as sa
from alembic import op

revision = "serving_0005"
down_revision = "serving_0004"
compatible_with = "serving_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "actions",
        sa.Column("action_id", sa.Uuid, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="UTC"),
        sa.Column("shipment_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False, comment="acknowledged, acted or dismissed"),
        sa.Column("actor", sa.Text, nullable=False, comment="who did it"),
        sa.Column("reason", sa.Text, comment="a code of the company"),
        sa.Column("note", sa.Text),
    )
    op.create_index("actions_shipment", "actions", ["shipment_id", "at"])
    op.create_index("actions_at", "actions", ["at"], postgresql_using="brin")


def downgrade() -> None:
    """Drop the table with its rows."""
    op.drop_table("actions")
