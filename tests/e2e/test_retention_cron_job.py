"""Retention as its CronJob runs it, on a real PostgreSQL, with the secrets that it mounts."""

from datetime import UTC, datetime, timedelta

from adapters.sql import PredictionLog
from support import postgres_server
from support.builders import logged_prediction
from support.cli import Delay
from support.cron_job import K8S, CronJobContainer

RETENTION = K8S / "components" / "monitoring-cronjobs" / "retention.yaml"


def test_retention_by_the_cron_job__deletes_with_the_role_that_may(tmp_path):
    postgres_server.emptied("serving", "serving_logs", "serving_daily", "outcomes", "actions", "idempotency_keys")
    now = datetime.now(UTC)
    rows = [logged_prediction(days, predicted_at=now - timedelta(days=days)) for days in (1, 399, 402)]
    PredictionLog(postgres_server.as_role("serving", "serving")).append(rows)
    secrets = {"operator-db": postgres_server.server().url("serving", "operator")}
    pod = CronJobContainer.create(RETENTION, secrets, tmp_path / "pod")
    delay = Delay(tmp_path / "data", {**pod.environment, "DELAY_DATA": str(tmp_path / "data")})

    assert delay.json(*pod.arguments)["predictions"] == 1
