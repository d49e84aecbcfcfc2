"""The database of predictions, looked at from beside the API."""

import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.sql import AuditLog, Database, PredictionReader
from delay_core.ports.audit_log import AuditEntry
from entrypoints.api.observability.health_checks import CACHE_TTL_SECONDS
from infra.local.waiting import wait_until
from support.api_server import ApiServer


def embedded(data: Path) -> str:
    return f"sqlite:///{data / 'serving.db'}"


def logged(url: str) -> Counter[str]:
    """How often each prediction id is in the log; 32 hexadecimal digits."""
    with closing(Database(url, "serving")) as database, database.connect("look at the log") as connection:
        rows = connection.exec_driver_sql("SELECT CAST(id AS VARCHAR(36)) FROM serving_logs")
        return Counter(str(row[0]).replace("-", "") for row in rows)


def logged_versions(url: str) -> dict[str, int]:
    """The version that each prediction id is logged with."""
    with closing(Database(url, "serving")) as database, database.connect("look at the log") as connection:
        rows = connection.exec_driver_sql("SELECT CAST(id AS VARCHAR(36)), model_version FROM serving_logs")
        return {str(row[0]).replace("-", ""): row[1] for row in rows}


def counted(url: str) -> int:
    """The number of predictions of these days by the daily counts."""
    today = datetime.now(UTC).date()
    with closing(Database(url, "serving")) as database:
        days = PredictionReader(database).count_by_day(today - timedelta(days=2), today + timedelta(days=2))
    return sum(day.rows for day in days)


def drained(server: ApiServer, seconds: float = 60) -> None:
    """Wait until the database answers and nothing waits in the server's journal."""
    fresh = time.monotonic() + CACHE_TTL_SECONDS  # until then, the answer may come from the cache

    def state() -> bool:
        database_state = server.get("/health").json()["dependencies"]["prediction_log"]["state"]
        return time.monotonic() > fresh and database_state == "up"

    wait_until(state, seconds, lambda: server.get("/health").body.decode())  # noqa: PLW0108 - sent only if the wait fails


def audited(url: str) -> list[AuditEntry]:
    """What was audited, the oldest first."""
    with closing(Database(url, "serving")) as database:
        return AuditLog(database).newest(1000)[::-1]
