"""`infra/compose.yaml` and what it reads: nothing is reachable from outside, and no password is in Git."""

import re
from pathlib import Path

import pytest
import yaml

from adapters.sql.postgresql.roles import ROLES
from infra.compose.__main__ import GROUPS
from infra.compose.preparation import DATA_FOLDERS, ComposeFolder

INFRA = Path(__file__).parents[2] / "infra"
COMPOSE = yaml.safe_load((INFRA / "compose.yaml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
ONE_SHOT = {name for name, service in SERVICES.items() if service["restart"] == "no"}
PORTS = {
    "postgres": 5432, "mlflow": 5001, "airflow": 8080, "grafana": 3000, "prometheus": 9090, "alertmanager": 9093,
    "adminer": 8081, "localstack": 4566, "api": 8000, "ui": 8501,
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = ComposeFolder(tmp_path_factory.mktemp("services"), tmp_path_factory.mktemp("data"))
    folder.prepare()
    return folder


@pytest.mark.parametrize("name", SERVICES)
def test_service__has_no_more_rights_than_it_needs(name):
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"cpus", "memory"} == set(service["deploy"]["resources"]["limits"])
    if name != "localstack":
        assert service["read_only"]
        assert service["user"].startswith("${DELAY_UID:")
    assert re.search(r":(\$\{DELAY_VERSION|v?\d+\.\d+)", service["image"]), "an exact tag"


def test_ports__are_the_documented_ones_on_the_loopback_address():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert all(port.startswith(f"127.0.0.1:{PORTS[name]}:") for name, [port] in published.items())
    assert set(published) == set(PORTS)


def test_start__waits_until_each_needed_service_is_healthy_or_has_ended():
    for service in SERVICES.values():
        for needed, wait in service.get("depends_on", {}).items():
            ended = "service_completed_successfully" if needed in ONE_SHOT else "service_healthy"
            assert wait == {"condition": ended}
    without_check = {name for name, service in SERVICES.items() if "healthcheck" not in service} - {"api", "ui"}
    assert without_check == ONE_SHOT, "api and ui have the check of their image"


def started_with(names):
    """The services of these names, and those that they need."""
    needed = {name for service in names for name in SERVICES[service].get("depends_on", {})}
    return set(names) | (started_with(needed) if needed else set())


@pytest.mark.parametrize("group", GROUPS)
def test_services_that_end__are_awaited_by_another_one_of_each_group(group):
    started = started_with(GROUPS[group] or SERVICES)
    awaited = {needed for name in started for needed in SERVICES[name].get("depends_on", {})}
    assert started & ONE_SHOT <= awaited, "`docker compose up --wait` fails where such a service ends"


def test_secrets__are_private_files_that_prepare_makes(folder):
    variables = {"DELAY_SECRETS": str(folder.secrets)}
    files = [one["file"].replace("${DELAY_SECRETS}", variables["DELAY_SECRETS"]) for one in COMPOSE["secrets"].values()]
    assert {path.stat().st_mode & 0o777 for path in folder.secrets.iterdir()} == {0o600}
    assert all(Path(file).is_file() for file in files)
    assert {f"{role}_password" for role in ("postgres", *ROLES)} == set(SERVICES["roles"]["secrets"])
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", ())}
    assert used == set(COMPOSE["secrets"])
    assert {path.name for path in folder.services.iterdir()} == {*DATA_FOLDERS, "roles.sql"}


def test_prepare__keeps_what_exists_and_differs_on_another_machine(folder, tmp_path):
    before = {path.name: path.read_bytes() for path in folder.secrets.iterdir()}
    folder.prepare()
    assert {path.name: path.read_bytes() for path in folder.secrets.iterdir()} == before
    other = ComposeFolder(tmp_path / "services", tmp_path / "data")
    other.prepare()
    assert not {path.read_bytes() for path in other.secrets.iterdir()} & set(before.values())


def test_prometheus__has_the_alert_rules_and_the_job_of_the_one_outside_docker():
    inside, outside = (
        yaml.safe_load((INFRA / folder / "prometheus.yml").read_text("utf-8")) for folder in ("compose", "prometheus")
    )
    assert inside["rule_files"] == outside["rule_files"]
    assert [job["job_name"] for job in inside["scrape_configs"]] == ["delay-api"]
    assert [job["job_name"] for job in outside["scrape_configs"]] == ["delay-api"]
