"""Dashboard: does the API respond, and is what it acknowledged in the database?"""

from grafana_foundation_sdk.models.dashboard import Dashboard

from infra.grafana.panels import assemble, metric_time_series

_SUMMED = "sum by (instance) "


def create_dashboard() -> Dashboard:
    """Requests, durations, the serving model, the database and the outbox, from Prometheus."""
    return assemble(
        "delay-service",
        "Delay: service",
        "now-6h",
        [
            metric_time_series(
                "Requests by status",
                {"{{status}}": "sum by (status) (rate(delay_requests_total[$__rate_interval]))"},
                "reqps",
            ),
            metric_time_series(
                "Requests that fail with 5xx",
                {
                    "{{instance}}": f'{_SUMMED}(rate(delay_requests_total{{status=~"5.."}}[$__rate_interval]))'
                    f" / {_SUMMED}(rate(delay_requests_total[$__rate_interval]))"
                },
                "percentunit",
            ),
            metric_time_series(
                "Duration of requests",
                {
                    f"{{{{instance}}}} {name}": f"histogram_quantile({quantile}, sum by (instance, le) "
                    '(rate(delay_stage_seconds_bucket{stage="request"}[$__rate_interval])))'
                    for name, quantile in {"median": 0.5, "99 %": 0.99}.items()
                },
                "s",
            ),
            metric_time_series(
                "Mean duration of stages",
                {
                    "{{stage}}": "sum by (stage) (rate(delay_stage_seconds_sum[$__rate_interval]))"
                    " / sum by (stage) (rate(delay_stage_seconds_count[$__rate_interval]))"
                },
                "s",
            ),
            metric_time_series(
                "Shipments predicted",
                {
                    "version {{model_version}}, late {{late}}": "sum by (model_version, late) "
                    "(rate(delay_predictions_total[$__rate_interval]))",
                    "version {{model_version}}, with a note": "sum by (model_version) "
                    "(rate(delay_noted_shipments_total[$__rate_interval]))",
                },
                "short",
                "Shipments a second.",
            ),
            metric_time_series("Shipments that wait for predictions", {"{{instance}}": "delay_shipments_waiting"}),
            metric_time_series("Version that serves", {"{{instance}}": "delay_model_version"}),
            metric_time_series(
                "Health",
                {
                    "{{instance}} API": 'up{job="delay-api"}',
                    "{{instance}} model loaded": "delay_model_loaded",
                    "{{instance}} model current": "delay_model_current",
                    "{{instance}} database": "delay_database_up",
                    "{{instance}} outbox usable": "delay_outbox_usable",
                },
                description="1 yes, 0 no.",
            ),
            metric_time_series(
                "Rows in the outbox",
                {
                    "{{instance}} all": "delay_journal_rows",
                    "{{instance}} pending": "delay_outbox_pending_rows",
                    "{{instance}} dead letters": "delay_outbox_dead_letters",
                    "{{instance}} superseded": "delay_outbox_superseded_rows",
                },
            ),
            metric_time_series("Age of the oldest pending row", {"{{instance}}": "delay_outbox_oldest_seconds"}, "s"),
            metric_time_series("Size of the outbox", {"{{instance}}": "delay_outbox_bytes"}, "bytes"),
        ],
        refresh="1m",
    )
