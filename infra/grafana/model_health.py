"""Dashboard: is each model version still right, and what does monitoring recommend?"""

from grafana_foundation_sdk.models.dashboard import Dashboard

from infra.grafana.data_sources import MONITORING
from infra.grafana.panels import Panel, assemble, sql_table, sql_time_series

# An estimate that is not valid is stored for comparison, and must not be shown.
_VALID_PARTS = """figures.part IN ('realized', 'without_actions')
  OR figures.part = 'estimated' AND performance.not_estimated IS NULL"""
_METRICS = {
    "late_rate": ("Late rate", "percentunit"),
    "roc_auc": ("ROC-AUC", "none"),
    "brier": ("Brier score", "none"),
    "log_loss": ("Log-loss", "none"),
}


def create_dashboard() -> Dashboard:
    """Decisions, evidence, performance and the limits that decisions follow."""
    return assemble(
        "delay-model-health",
        "Delay: model health",
        "now-90d",
        [
            sql_table(
                "Newest decision of each version",
                MONITORING,
                """
                SELECT DISTINCT ON (model_name, model_version)
                  model_name, model_version, window_end, severity, severity_level, evidence, known_outcomes,
                  change_start, rows
                FROM monitoring_decisions
                WHERE $__timeFilter(window_end)
                ORDER BY model_name, model_version, window_end DESC
                """,
                "Severity: 0 none, 1 watch, 2 train again, 3 serve the version before.",
            ),
            _decision_lines("Severity of decisions", "severity_level", "0 none, 1 watch, 2 retrain, 3 roll back"),
            _decision_lines("Evidence of harm", "evidence", "People are paged at 1 / false-alarm budget."),
            *(_figure_lines(title, metric, unit) for metric, (title, unit) in _METRICS.items()),
            sql_time_series(
                "Maturity: share of rows whose outcome can be known",
                MONITORING,
                """
                SELECT window_end AS time, model_name || ' ' || model_version AS metric, maturity AS value
                FROM monitoring_performance
                WHERE $__timeFilter(window_end)
                ORDER BY window_end
                """,
                "percentunit",
            ),
            sql_time_series(
                "Rows outside the reference's support",
                MONITORING,
                """
                SELECT window_end AS time, model_name || ' ' || model_version AS metric, outside_share AS value
                FROM monitoring_performance
                WHERE $__timeFilter(window_end) AND outside_share IS NOT NULL
                ORDER BY window_end
                """,
                "percentunit",
                "Above 5 %, there is no valid estimate.",
            ),
            sql_table(
                "Changes of decisions",
                MONITORING,
                """
                SELECT window_end, model_name, model_version, severity, notified_at, (
                  SELECT string_agg(reason ->> 'code', ', ') FROM json_array_elements(reasons) AS reason
                ) AS reasons
                FROM monitoring_decisions
                WHERE changed AND $__timeFilter(window_end)
                ORDER BY window_end DESC, model_name, model_version
                LIMIT 100
                """,
            ),
            sql_table(
                "Limits that decisions follow",
                MONITORING,
                """
                SELECT entry.key AS name, entry.value, policy.timestamp AS since
                FROM monitoring_policy AS policy, json_each_text(policy.limits) AS entry
                ORDER BY entry.key
                """,
            ),
        ],
    )


def _decision_lines(title: str, column: str, description: str) -> Panel:
    return sql_time_series(
        title,
        MONITORING,
        f"""
        SELECT window_end AS time, model_name || ' ' || model_version AS metric,
          CAST({column} AS double precision) AS value
        FROM monitoring_decisions
        WHERE $__timeFilter(window_end)
        ORDER BY window_end
        """,
        description=description,
    )


def _figure_lines(title: str, metric: str, unit: str) -> Panel:
    return sql_time_series(
        title,
        MONITORING,
        f"""
        SELECT window_end AS time, model_name || ' ' || model_version || ' ' || figures.part AS metric,
          figures.value, figures.low, figures.high
        FROM monitoring_figures AS figures
        JOIN monitoring_performance AS performance USING (model_name, window_start, window_end, model_version)
        WHERE figures.metric = '{metric}' AND $__timeFilter(window_end) AND ({_VALID_PARTS})
        ORDER BY window_end
        """,
        unit,
        "Realized (corrected for outcomes that cannot be known yet), without actions, and estimated; 95 % intervals.",
    )
