"""`python -m infra.airflow`: run the pipeline of one day in the Airflow of this machine, and follow it."""

import argparse
import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import requests
from rich.console import Console

from delay_core.errors import StoreError
from infra.airflow.client import AirflowClient, AirflowError
from infra.airflow.follow import follow, start_run
from infra.local.airflow_server import AirflowServer
from infra.local.airflow_settings import read_login

DAG_ID = "supply_chain_pipeline"
SERVICE = Path(".services/airflow")


def main() -> int:
    """Run the command; the exit status is 1 if a task fails or Airflow does not answer."""
    arguments = _parser().parse_args()
    out, errors = (Console(stderr=stderr, highlight=False, soft_wrap=True) for stderr in (False, True))
    start = datetime.combine(arguments.date or _latest_complete_day(), datetime.min.time(), UTC)
    conf = {"source": arguments.source} if arguments.source else {}
    try:
        with AirflowClient.sign_in(*_address()) as client:
            run = start_run(client, DAG_ID, (start, start + timedelta(days=1)), conf)
            out.print(f"{DAG_ID} of {start:%Y-%m-%d}: {client.page_of(run)}", markup=False)
            finished = follow(client, run, lambda line: out.print(line, markup=False))
    except (AirflowError, StoreError, TimeoutError, requests.RequestException) as error:
        errors.print(str(error), markup=False)
        return 1
    out.print(f"The run ended with {finished.state}.", markup=False)
    return 0 if finished.state == "success" else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.airflow", description=__doc__)
    parser.add_argument(
        "--date", type=date.fromisoformat, help="the day, as 2025-01-31; default: the last complete one (UTC)"
    )
    parser.add_argument(
        "--source", help="the table; default: the Airflow variable delay_source, or simulated shipments"
    )
    return parser


def _latest_complete_day() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


def _address() -> tuple[str, str, str]:
    """URL, user and password: those of the environment, or of the service of this checkout. Raises StoreError."""
    variables = ("DELAY_AIRFLOW_URL", "DELAY_AIRFLOW_USER", "DELAY_AIRFLOW_PASSWORD")
    values = [os.environ.get(name, "") for name in variables]
    if all(values):
        return values[0], values[1], values[2]
    if any(values):
        missing = ", ".join(name for name, value in zip(variables, values, strict=True) if not value)
        raise StoreError(f"environment: {missing} missing; set {', '.join(variables)}, or none of them")
    server, login = AirflowServer.running(SERVICE), read_login(SERVICE)
    if server is None or login is None:
        raise StoreError("Airflow does not run here; start it with `make airflow-up`")
    return server.url, *login


if __name__ == "__main__":
    sys.exit(main())
