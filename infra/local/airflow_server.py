"""Airflow on this machine: API server, scheduler, DAG processor and triggerer in the background; loopback only."""

import shlex
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Self

from delay_core.errors import StoreError
from infra.local.airflow_settings import (
    DAGS,
    airflow_settings,
    create_password,
    inherited_environment,
    passed_settings,
)
from infra.local.local_server import LocalServer
from infra.local.private_files import write_private
from infra.local.waiting import http_json, log_tail, wait_until

PORT = 8080
START_SECONDS = 600
"""Twenty are enough on two quiet cores; a process that ends is noticed at once."""
_SCRIPT = Path(__file__).with_name("serve_airflow.py")
_COMPONENTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")


class AirflowServer(LocalServer):
    """A running Airflow with LocalExecutor. The end of its `with` block stops it; its state is in the database."""

    name = "airflow"

    @classmethod
    def start(
        cls,
        folder: Path | str,
        database_url: str,
        environment: Mapping[str, str],
        port: int | None = None,
        *,
        dags: Path = DAGS,
        wait: bool = True,
    ) -> Self:
        """Start Airflow in this folder and wait for it; one that already runs with these settings is not changed.

        `environment` is what tasks read: connections, URLs of stores; connections and variables of this process's own
        environment take precedence. Without `port`, a free one. With `wait=False`, clients queue until the API answers.
        Raises StoreError.
        """
        home = Path(folder).absolute()
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)
        create_password(home)
        settings = {**airflow_settings(home, database_url, dags), **environment, **passed_settings()}
        lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items())
        process, file = cls.process(home), _settings_file(home)
        if process.running() and file.is_file() and file.read_text(encoding="utf-8") != lines:
            process.stop()
        write_private(file, lines)
        server = cls(home, process.start(_SCRIPT, {**inherited_environment(), **settings}, port).port)
        if wait:
            server.wait()
        return server

    @property
    def settings_file(self) -> Path:
        """The settings as `KEY=value` lines, for the command `airflow`."""
        return _settings_file(self.folder)

    def wait(self) -> None:
        """Wait until every component is healthy. Raises StoreError with the end of the log if one ends."""
        process = self.process(self.folder)
        status = process.request_status("/api/v2/version", seconds=START_SECONDS)
        if status != HTTPStatus.OK:
            raise StoreError(f"Airflow answers {status} to /api/v2/version; see {process.log}")

        def healthy() -> bool:
            if process.running() is None:
                raise StoreError(f"Airflow ended; {process.log} ends with:\n{log_tail(process.log)}")
            health = http_json(self.port, "/api/v2/monitor/health") or {}
            return all((health.get(name) or {}).get("status") == "healthy" for name in _COMPONENTS)

        wait_until(healthy, START_SECONDS, lambda: f"Airflow is not healthy; see {process.log}")


def _settings_file(home: Path) -> Path:
    return home / "env"
