"""The README's table "Whole system": its ports, its commands, and credentials that differ on each machine.

`make test-stand` runs the commands that do not need Docker, `make compose-test` those that do.
"""

import inspect
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from entrypoints.cli.serve_command import serve
from entrypoints.cli.ui_command import ui
from infra.compose.trial import PATHS
from infra.local import airflow_server, mlflow_server
from infra.local.airflow_settings import create_password, read_login, read_secrets
from infra.stand.parts.whole_system import PORTS
from infra.terraform import storage_server

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([A-Z][\w ]+) \| (\S+?)(?:, [^|]*)? \| ([^|]+) \| `make ([a-z-]+)` \|$", re.MULTILINE)
SECTION = (ROOT / "README.md").read_text("utf-8").partition("## Whole system\n")[2].partition("\n## ")[0]
ROWS = {match[1]: match for match in ROW.finditer(SECTION)}


def test_table__has_a_url_credentials_and_a_command_in_each_row():
    assert len(ROWS) == SECTION.count("\n| ") - 1, "a row is not of the form | service | URL | credentials | `make …` |"


def test_urls__have_the_default_ports_on_loopback():
    ports = {
        "API": inspect.signature(serve).parameters["port"].default,
        "User interface": inspect.signature(ui).parameters["port"].default,
        "MLflow": mlflow_server.PORT,
        "Airflow": airflow_server.PORT,
        "S3 and IAM": storage_server.PORT,
    }
    assert {name: ROWS[name][2] for name in ports} == {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    assert PORTS.items() <= ports.items()


def test_compose_file__publishes_these_ports_on_loopback_and_no_others():
    services = yaml.safe_load((ROOT / "infra/compose.yaml").read_text("utf-8"))["services"]
    published = {port.rpartition(":")[0] for service in services.values() for port in service.get("ports", ())}
    assert published == {match[2].rpartition("//")[2] for match in ROWS.values()}
    assert {f"127.0.0.1:{port}" for port in PATHS} == published - {"127.0.0.1:5432"}


@pytest.mark.parametrize("name", ROWS)
def test_commands__have_a_recipe(name):
    command = ["make", "--dry-run", "READY=", ROWS[name][4]]
    assert "bin/" in subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("name", "services"),
    [("Grafana", "grafana, prometheus, alertmanager"), ("Adminer", "all services together")],
)
def test_command_that_needs_docker__says_without_an_engine_what_it_did_not_start(name, services):
    command = ["make", "READY=", f"VENV={sys.prefix}", ROWS[name][4]]
    environment = {**os.environ, "DOCKER_HOST": "unix:///no/such/socket"}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    reason = "The command docker is not installed" if shutil.which("docker") is None else "No Docker engine answers"
    assert f"{reason}, and {services} run in Docker only: nothing was started." in ended.stdout
    assert ended.returncode != 0


def test_generated_credentials__differ_on_each_machine(tmp_path):
    machines = [tmp_path / "one", tmp_path / "other"]
    for home in machines:
        home.mkdir()
        create_password(home)
    logins = [read_login(home) for home in machines]
    assert logins[0] != logins[1]
    for name in ("fernet_key", "jwt_secret", "secret_key"):
        assert len({read_secrets(home)[name] for home in machines}) == 2
    assert {file.stat().st_mode & 0o077 for home in machines for file in home.iterdir()} == {0}
