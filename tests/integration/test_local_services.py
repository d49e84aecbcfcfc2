"""The services of the product on this machine: PostgreSQL, MLflow and S3, started and stopped together."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import boto3
import psycopg
import pytest

from infra.local.__main__ import main
from infra.local.background_service import BackgroundService
from infra.local.postgres import PostgresServer
from infra.local.services import LocalServices
from infra.local.waiting import free_port
from support.run import new_folder

ROOT = Path(__file__).parents[2]


@pytest.fixture
def command(monkeypatch, capsys):
    """`python -m infra.local` in this process; what it prints."""

    def run(folder: Path, *arguments: str, expect: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["infra.local", "--folder", str(folder), *arguments])
        code = main()
        printed = "".join(capsys.readouterr())
        assert code == expect, printed
        return printed

    return run


def made_with(makefile: Path, **environment: str) -> str:
    """What a recipe of make sees as MLFLOW_TRACKING_URI and DELAY_SERVING_DB, with these services' file included."""
    text = f'-include {makefile}\nall:\n\t@printf \'%s %s\' "$$MLFLOW_TRACKING_URI" "$$DELAY_SERVING_DB"\n'
    bare = {name: value for name, value in os.environ.items() if name not in ("MLFLOW_TRACKING_URI", "MAKEFLAGS")}
    make = shutil.which("make")
    assert make
    return subprocess.run(
        [make, "--no-print-directory", "-f", "-"],
        input=text,
        env=bare | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def can_log_in(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


@pytest.fixture(scope="module")
def folder() -> Path:
    return new_folder() / "services"


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    return free_port(), free_port()


@pytest.fixture(scope="module")
def services(folder):
    services = LocalServices(folder)
    yield services
    services.down()


@pytest.fixture(scope="module")
def urls(services, ports):
    return services.up(*ports)


def test_up__starts_the_services_at_their_urls(urls, ports):
    assert urls["MLFLOW_TRACKING_URI"] == f"http://127.0.0.1:{ports[0]}"
    assert can_log_in(urls["DELAY_SERVING_DB"])
    keys = {"aws_access_key_id": urls["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": urls["AWS_SECRET_ACCESS_KEY"]}
    s3 = boto3.client("s3", endpoint_url=urls["AWS_ENDPOINT_URL_S3"], region_name="us-east-1", **keys)
    assert {each["Name"] for each in s3.list_buckets()["Buckets"]} == {"smart-logistics-data", "mlflow-model-registry"}
    s3.close()


def test_up__writes_urls_for_make_and_shells_and_the_environment_takes_precedence(urls, services):
    assert made_with(services.make_file) == f"{urls['MLFLOW_TRACKING_URI']} {urls['DELAY_SERVING_DB']}"
    assert made_with(services.make_file, MLFLOW_TRACKING_URI="http://ours").startswith("http://ours postgresql://")
    shell = ["sh", "-c", f'. "{services.shell_file}"; printf %s "$DELAY_SERVING_DB"']
    assert subprocess.run(shell, capture_output=True, text=True, check=True).stdout == urls["DELAY_SERVING_DB"]


@pytest.mark.usefixtures("urls")
def test_up__writes_passwords_for_the_owner_only(services):
    for file in (services.make_file, services.shell_file):
        assert file.stat().st_mode & 0o077 == 0


def test_up__restarts_killed_services_without_loss(urls, services, folder, ports):
    with psycopg.connect(urls["DELAY_SERVING_OWNER_DB"]) as connection:
        connection.execute("CREATE TABLE precious (n int)")
    BackgroundService("mlflow", folder / "mlflow").stop(immediate=True)
    postmaster = PostgresServer.running(folder / "postgres").data / "postmaster.pid"
    os.kill(int(postmaster.read_text().split()[0]), signal.SIGKILL)

    assert services.up(*ports) == urls

    with psycopg.connect(urls["DELAY_SERVING_DB"]) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'precious'").fetchone() == (1,)


@pytest.mark.usefixtures("urls")
def test_up__says_that_make_reads_the_urls(command, monkeypatch, folder, ports):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://ours")
    output = command(folder, "up", "--mlflow-port", str(ports[0]))

    assert "Every make target now reads their URLs from" in output
    assert "sets another MLFLOW_TRACKING_URI" in output
    assert f"http://127.0.0.1:{ports[1]}" in command(folder, "status")


@pytest.mark.usefixtures("urls")
def test_the_module_run_as_a_program__shows_the_services(folder, ports):
    program = [sys.executable, "-m", "infra.local", "--folder", str(folder), "status"]
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)

    assert f"http://127.0.0.1:{ports[1]}" in ended.stdout
    assert ended.stderr == ""


@pytest.mark.usefixtures("urls")
def test_down__stops_the_services_and_keeps_the_data(command, services, folder):
    assert "S3, MLflow, PostgreSQL" in command(folder, "down")

    assert made_with(services.make_file) == " "
    assert not services.shell_file.exists()
    assert all(service.url is None for service in services.status())
    assert "No service was running" in command(folder, "down")
    with PostgresServer.start(folder / "postgres") as again:
        assert can_log_in(again.url("serving", "serving"))


def test_up__names_the_port_that_another_program_uses(command, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        output = command(tmp_path / "services", "up", "--mlflow-port", str(port), expect=1)

    assert f"port {port} of MLflow is in use by another program" in output
    assert all(service.url is None for service in LocalServices(tmp_path / "services").status())
