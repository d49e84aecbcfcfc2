"""A client of Airflow's REST API, for what the commands and tests of this repository need."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import quote

import requests

TIMEOUT_SECONDS = 60
FINAL_STATES = ("success", "failed")


class AirflowError(RuntimeError):
    """A request that Airflow refuses."""

    def __init__(self, request: str, status: int, detail: str) -> None:
        super().__init__(f"{request}: Airflow answers {status}: {detail}")
        self.status = status


@dataclass(frozen=True)
class DagRun:
    """One run of a DAG. `logical_date` is None for runs that an asset event started."""

    dag_id: str
    run_id: str
    state: str
    run_type: str
    logical_date: datetime | None
    partition_key: str | None
    conf: Mapping[str, Any]

    @property
    def finished(self) -> bool:
        """Whether its state is final."""
        return self.state in FINAL_STATES


@dataclass(frozen=True)
class TaskState:
    """The state of a task in a run: None before it is scheduled. `pid` is that of its last process."""

    task_id: str
    state: str | None
    attempt: int
    pid: int | None
    map_index: int = -1


class AirflowClient:
    """Requests of one user. The end of its `with` block closes its connections."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy between this machine and itself
        self._session.headers["Authorization"] = f"Bearer {token}"

    @classmethod
    def sign_in(cls, url: str, user: str, password: str) -> Self:
        """A client with a token for this user. Raises AirflowError."""
        login = {"username": user, "password": password}
        with requests.Session() as session:
            session.trust_env = False
            response = session.post(f"{url.rstrip('/')}/auth/token", json=login, timeout=TIMEOUT_SECONDS)
        if response.status_code != HTTPStatus.CREATED:
            raise AirflowError("POST /auth/token", response.status_code, _detail(response))
        return cls(url, response.json()["access_token"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, path: str, **parameters: Any) -> Any:
        """What the API answers to GET. Raises AirflowError."""
        return self._request("GET", path, parameters, None)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """What the API answers to POST. Raises AirflowError."""
        return self._request("POST", path, {}, body)

    def is_paused(self, dag_id: str) -> bool | None:
        """Whether the DAG is paused; None if Airflow does not know it (yet). Raises AirflowError."""
        try:
            return bool(self.get(f"/dags/{dag_id}")["is_paused"])
        except AirflowError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def pause(self, dag_id: str, *, paused: bool) -> None:
        """Pause the DAG, or let it run. Raises AirflowError."""
        self._request("PATCH", f"/dags/{dag_id}", {}, {"is_paused": paused})

    def trigger(
        self,
        dag_id: str,
        interval: tuple[datetime, datetime] | None = None,
        conf: Mapping[str, Any] | None = None,
    ) -> DagRun:
        """Start a run, by default one without an interval. Raises AirflowError, with status 409 if it exists."""
        body: dict[str, Any] = {"logical_date": None, "conf": dict(conf or {})}
        if interval:
            start, end = (moment.isoformat() for moment in interval)
            body |= {"logical_date": start, "data_interval_start": start, "data_interval_end": end}
        return _dag_run(self.post(f"/dags/{dag_id}/dagRuns", body))

    def run_at(self, dag_id: str, logical_date: datetime) -> DagRun | None:
        """The run of this logical date. Raises AirflowError."""
        moment = logical_date.isoformat()
        runs = self.get(f"/dags/{dag_id}/dagRuns", logical_date_gte=moment, logical_date_lte=moment)["dag_runs"]
        return _dag_run(runs[0]) if runs else None

    def runs(self, dag_id: str) -> list[DagRun]:
        """The runs of the DAG, the newest first. Raises AirflowError."""
        return [_dag_run(run) for run in self.get(f"/dags/{dag_id}/dagRuns", order_by="-run_after")["dag_runs"]]

    def run(self, dag_id: str, run_id: str) -> DagRun:
        """The run as it is now. Raises AirflowError."""
        return _dag_run(self.get(f"/dags/{dag_id}/dagRuns/{quote(run_id, safe='')}"))

    def repeat(self, run: DagRun) -> None:
        """Let all tasks of a finished run run again. Raises AirflowError."""
        self.post(f"{_path(run)}/clear", {"dry_run": False})

    def tasks(self, run: DagRun) -> list[TaskState]:
        """The states of the run's tasks. Raises AirflowError."""
        return [
            TaskState(each["task_id"], each["state"], each["try_number"], each["pid"], each["map_index"])
            for each in self.get(f"{_path(run)}/taskInstances")["task_instances"]
        ]

    def xcom(self, run: DagRun, task_id: str, key: str = "return_value") -> Any:
        """What the task returned. Raises AirflowError."""
        return self.get(f"{_path(run)}/taskInstances/{task_id}/xcomEntries/{key}", deserialize=True)["value"]

    def import_errors(self) -> list[str]:
        """The DAG files that cannot be imported, with their tracebacks. Raises AirflowError."""
        errors = self.get("/importErrors")["import_errors"]
        return [f"{each['filename']}: {each['stack_trace']}" for each in errors]

    def create_asset_event(self, uri: str, extra: Mapping[str, Any], partition_key: str | None = None) -> None:
        """Record that the asset was updated. Raises AirflowError."""
        matches = self.get("/assets", uri_pattern=uri)["assets"]
        identifiers = [each["id"] for each in matches if each["uri"] == uri]
        if not identifiers:
            raise AirflowError("GET /assets", HTTPStatus.NOT_FOUND, f"no DAG reads or writes the asset {uri}")
        body = {"asset_id": identifiers[0], "extra": dict(extra), "partition_key": partition_key}
        self.post("/assets/events", body)

    def backfill(self, dag_id: str, first: datetime, last: datetime) -> int:
        """Start a backfill of these logical dates, both included; its number. Raises AirflowError."""
        body = {
            "dag_id": dag_id,
            "from_date": first.isoformat(),
            "to_date": last.isoformat(),
            "reprocess_behavior": "completed",
        }
        return int(self.post("/backfills", body)["id"])

    def page_of(self, run: DagRun) -> str:
        """The URL of the run in the web interface."""
        return f"{self.url}/dags/{run.dag_id}/runs/{quote(run.run_id, safe='')}"

    def _request(self, method: str, path: str, parameters: Mapping[str, Any], body: Mapping[str, Any] | None) -> Any:
        response = self._session.request(
            method, f"{self.url}/api/v2{path}", params=parameters, json=body, timeout=TIMEOUT_SECONDS
        )
        if not response.ok:
            raise AirflowError(f"{method} {path}", response.status_code, _detail(response))
        return response.json()


def _path(run: DagRun) -> str:
    return f"/dags/{run.dag_id}/dagRuns/{quote(run.run_id, safe='')}"


def _dag_run(answer: Mapping[str, Any]) -> DagRun:
    moment = answer["logical_date"]
    return DagRun(
        dag_id=answer["dag_id"],
        run_id=answer["dag_run_id"],
        state=answer["state"],
        run_type=answer["run_type"],
        logical_date=datetime.fromisoformat(moment) if moment else None,
        partition_key=answer["partition_key"],
        conf=answer["conf"] or {},
    )


def _detail(response: requests.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return response.text[:500]
