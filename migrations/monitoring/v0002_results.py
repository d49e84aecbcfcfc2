"""Drift by column, performance, figures, decisions and the policy, beside the drift scores of v0001."""

import sqlalchemy as sa
from alembic import op

revision = "monitoring_0002"
down_revision = "monitoring_0001"
compatible_with = "monitoring_0001"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
KEY = ("model_name", "window_start", "window_end", "model_version")


def upgrade() -> None:
    """Create the tables; each has one row per model version and window, or several that belong to it."""
    _create(
        "monitoring_columns",
        ("subject", "column_name"),
        sa.Column("subject", sa.Text, nullable=False, comment="column or prediction"),
        sa.Column("column_name", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, comment="from 0: the column that moved most is first"),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("method", sa.Text, comment="the distance that effect is"),
        sa.Column("effect", sa.Double, comment="from 0 (equal) to 1"),
        sa.Column("p_value", sa.Double),
        sa.Column("adjusted_p_value", sa.Double, comment="over all columns of the window"),
        sa.Column("missing_share", sa.Double),
        sa.Column("reference_missing_share", sa.Double),
        sa.Column("missing_p_value", sa.Double),
        sa.Column("new_category_share", sa.Double),
        sa.Column("new_categories", sa.JSON, nullable=False),
    )
    _create(
        "monitoring_performance",
        (),
        sa.Column("as_of", UTC_TIME, nullable=False, comment="outcomes recorded up to here are known"),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("maturity", sa.Double, nullable=False, comment="share of rows whose outcome can be known"),
        sa.Column("overdue", sa.BigInteger, nullable=False),
        sa.Column("acted_on", sa.BigInteger, nullable=False),
        sa.Column("not_estimated", sa.Text, comment="why there is no estimate, or no valid one"),
        sa.Column("inferred", sa.BigInteger, nullable=False, comment="overdue and late by definition"),
        sa.Column("outside_share", sa.Double, comment="share of rows outside the reference's support"),
    )
    _create(
        "monitoring_figures",
        ("part", "metric"),
        sa.Column("part", sa.Text, nullable=False, comment="realized, naive, without_actions, estimated"),
        sa.Column("metric", sa.Text, nullable=False),
        *_figure_columns(),
    )
    _create(
        "monitoring_slices",
        ("column_name", "column_value", "metric"),
        sa.Column("column_name", sa.Text, nullable=False),
        sa.Column("column_value", sa.Text, nullable=False),
        sa.Column("metric", sa.Text, nullable=False),
        *_figure_columns(),
        comment="realized figures of the rows that share a value of a column",
    )
    _create(
        "monitoring_decisions",
        (),
        sa.Column("schema_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False, comment="predictions in the window"),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("severity_level", sa.SmallInteger, nullable=False, comment="0 none, 1 watch, 2 retrain, 3 roll back"),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("evidence", sa.Double, nullable=False, comment="e-value over the life of the version"),
        sa.Column("known_outcomes", sa.BigInteger, nullable=False),
        sa.Column("change_start", UTC_TIME, comment="the window in which the model became worse"),
        sa.Column("change_end", UTC_TIME),
        sa.Column("changed", sa.Boolean, nullable=False, comment="another severity than in the window before"),
        sa.Column("notified_at", UTC_TIME),
        sa.Column("state", sa.JSON, nullable=False, comment="what the next window continues from"),
    )
    op.create_table(
        "monitoring_policy",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False, comment="1: the current policy"),
        sa.Column("timestamp", UTC_TIME, nullable=False, comment="since when it holds, UTC"),
        sa.Column("limits", sa.JSON, nullable=False),
    )
    op.create_index("monitoring_metrics_timestamp", "monitoring_metrics", ["timestamp"])
    op.create_index("monitoring_decisions_end", "monitoring_decisions", ["model_name", "window_end"])


def downgrade() -> None:
    """Drop the tables with all their rows."""
    op.drop_index("monitoring_decisions_end", "monitoring_decisions")
    op.drop_index("monitoring_metrics_timestamp", "monitoring_metrics")
    for name in ("policy", "decisions", "slices", "figures", "performance", "columns"):
        op.drop_table(f"monitoring_{name}")


def _figure_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("late", sa.BigInteger, nullable=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.Column("low", sa.Double, nullable=False),
        sa.Column("high", sa.Double, nullable=False),
    ]


def _create(name: str, further_key: tuple[str, ...], *columns: sa.Column[object], comment: str | None = None) -> None:
    op.create_table(
        name,
        sa.Column("model_name", sa.Text, nullable=False),
        sa.Column("window_start", UTC_TIME, nullable=False),
        sa.Column("window_end", UTC_TIME, nullable=False),
        sa.Column("model_version", sa.Integer, nullable=False, autoincrement=False),
        *columns,
        sa.PrimaryKeyConstraint(*KEY, *further_key),
        comment=comment,
    )
