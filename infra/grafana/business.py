"""Dashboard: which shipments are at risk, what is done about them, and what the predictions save?"""

from grafana_foundation_sdk.models.dashboard import Dashboard

from infra.grafana.data_sources import MONITORING, SERVING
from infra.grafana.panels import Panel, assemble, sql_number, sql_table, sql_time_series

_OPEN_SHIPMENTS = """
SELECT newest.shipment_id, newest.probability, newest.model_name, newest.model_version, newest.point, newest.timestamp
FROM serving_logs AS newest
WHERE newest.prediction = 1 AND newest.shipment_id IS NOT NULL AND $__timeFilter(newest.timestamp)
  AND NOT EXISTS (
    SELECT FROM serving_logs AS later
    WHERE later.shipment_id = newest.shipment_id AND $__timeFilter(later.timestamp)
      AND (later.timestamp, later.id) > (newest.timestamp, newest.id)
  )
  AND NOT EXISTS (SELECT FROM outcomes WHERE outcomes.shipment_id = newest.shipment_id)
"""
_WITHOUT_ACTION = """
  AND NOT EXISTS (
    SELECT FROM actions WHERE actions.shipment_id = newest.shipment_id AND actions.kind IN ('acted', 'dismissed')
  )
"""
"""Nobody has acted on the shipment or dismissed its risk."""


def create_dashboard() -> Dashboard:
    """Shipments at risk, actions, late rates and savings."""
    return assemble(
        "delay-business",
        "Delay: shipments at risk and savings",
        "now-7d",
        [
            sql_number(
                "Shipments at risk",
                SERVING,
                f"SELECT count(*) AS value FROM ({_OPEN_SHIPMENTS.strip()}) AS at_risk",
                "Last predicted as late in the shown time, and without an outcome.",
            ),
            sql_number(
                "Shipments at risk without an action",
                SERVING,
                f"SELECT count(*) AS value FROM ({_OPEN_SHIPMENTS.strip()}{_WITHOUT_ACTION.rstrip()}) AS at_risk",
                "Nobody has acted on them or dismissed them.",
            ),
            sql_table(
                "Shipments at risk without an action, the riskiest first",
                SERVING,
                f"{_OPEN_SHIPMENTS.strip()}{_WITHOUT_ACTION.rstrip()}\n"
                "ORDER BY newest.probability DESC NULLS LAST, newest.shipment_id\nLIMIT 100",
            ),
            _day_lines("Predictions by day", "sum(rows)", "short"),
            _day_lines("Share predicted as late", "sum(late) / nullif(sum(rows), 0)", "percentunit"),
            sql_time_series(
                "Actions by day",
                SERVING,
                """
                SELECT $__timeGroupAlias(at, '1d'), kind AS metric, count(*) AS value
                FROM actions
                WHERE $__timeFilter(at)
                GROUP BY 1, kind
                ORDER BY 1
                """,
            ),
            sql_time_series(
                "Outcomes recorded by day",
                SERVING,
                """
                SELECT $__timeGroupAlias(recorded_at, '1d'), CASE WHEN late THEN 'late' ELSE 'punctual' END AS metric,
                  count(DISTINCT shipment_id) AS value
                FROM outcomes
                WHERE $__timeFilter(recorded_at)
                GROUP BY 1, late
                ORDER BY 1
                """,
                description="Punctual shipments are known earlier: this is not the late rate.",
            ),
            _savings_lines("Savings per shipment", "figures.value"),
            _savings_lines("Savings in a window", "figures.value * performance.rows"),
            sql_time_series(
                "Shipments acted on, and overdue without an outcome",
                MONITORING,
                """
                SELECT window_end AS time, model_name || ' ' || model_version AS metric, acted_on, overdue
                FROM monitoring_performance
                WHERE $__timeFilter(window_end)
                ORDER BY window_end
                """,
            ),
        ],
    )


def _day_lines(title: str, value: str, unit: str) -> Panel:
    return sql_time_series(
        title,
        SERVING,
        f"""
        SELECT time, metric, CAST({value} AS double precision) AS value
        FROM (
          SELECT CAST(day AS timestamp) AT TIME ZONE 'UTC' AS time, model_name || ' ' || model_version AS metric,
            rows, late
          FROM serving_daily
        ) AS daily
        WHERE $__timeFilter(time)
        GROUP BY time, metric
        ORDER BY time
        """,
        unit,
    )


def _savings_lines(title: str, value: str) -> Panel:
    return sql_time_series(
        title,
        MONITORING,
        f"""
        SELECT window_end AS time, model_name || ' ' || model_version || ' ' || figures.part AS metric,
          {value} AS value
        FROM monitoring_figures AS figures
        JOIN monitoring_performance AS performance USING (model_name, window_start, window_end, model_version)
        WHERE figures.metric = 'savings' AND $__timeFilter(window_end)
          AND (figures.part = 'realized' OR figures.part = 'estimated' AND performance.not_estimated IS NULL)
        ORDER BY window_end
        """,
        description="In the currency of the schema's costs, compared with the cheaper of acting on none or on all.",
    )
