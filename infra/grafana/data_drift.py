"""Dashboard: which columns of the served shipments differ from the reference sample?"""

from grafana_foundation_sdk.models.dashboard import Dashboard

from infra.grafana.data_sources import MONITORING
from infra.grafana.panels import Panel, assemble, sql_table, sql_time_series


def create_dashboard() -> Dashboard:
    """Drift of the dataset, the predictions and each column."""
    return assemble(
        "delay-data-drift",
        "Delay: data drift",
        "now-90d",
        [
            sql_time_series(
                "Largest drift of a column",
                MONITORING,
                """
                SELECT timestamp AS time, column_drift_score AS value
                FROM monitoring_metrics
                WHERE $__timeFilter(timestamp)
                ORDER BY timestamp
                """,
                description="0: equal to the reference sample, 1: nothing in common. One point per window and version.",
            ),
            _score_lines("Share of columns that drifted", "dataset_drift_score", "percentunit"),
            _score_lines("Share of missing cells", "missing_values_share", "percentunit"),
            _score_lines("Drift of the predicted probability", "prediction_drift_score"),
            sql_time_series(
                "Drift of the columns that moved most",
                MONITORING,
                """
                SELECT window_end AS time, column_name || ' ' || model_version AS metric, effect AS value
                FROM monitoring_columns
                WHERE subject = 'column' AND position < 10 AND effect IS NOT NULL AND $__timeFilter(window_end)
                ORDER BY window_end
                """,
                description="The ten columns of each window that moved most, in units of their limits.",
            ),
            sql_time_series(
                "Predictions in a window",
                MONITORING,
                """
                SELECT window_end AS time, model_name || ' ' || model_version AS metric, rows AS value
                FROM monitoring_decisions
                WHERE $__timeFilter(window_end)
                ORDER BY window_end
                """,
                description="Below the minimum (200 by default), a window has no drift scores.",
            ),
            sql_table(
                "Columns in the newest window of each version",
                MONITORING,
                """
                SELECT model_name, model_version, window_end, subject, column_name, status, method, effect,
                  adjusted_p_value, missing_share, reference_missing_share, new_category_share, new_categories
                FROM monitoring_columns
                JOIN (
                  SELECT model_name, model_version, max(window_end) AS window_end
                  FROM monitoring_columns
                  WHERE $__timeFilter(window_end)
                  GROUP BY model_name, model_version
                ) AS newest USING (model_name, model_version, window_end)
                ORDER BY model_name, model_version, subject, position
                """,
            ),
        ],
    )


def _score_lines(title: str, column: str, unit: str = "short") -> Panel:
    return sql_time_series(
        title,
        MONITORING,
        f"""
        SELECT timestamp AS time, model_name || ' ' || model_version AS metric, {column} AS value
        FROM monitoring_metrics
        WHERE kind = 'drift' AND {column} IS NOT NULL AND $__timeFilter(timestamp)
        ORDER BY timestamp
        """,
        unit,
    )
