"""The API and each job by the clock mount the databases that they use, with roles of their own, and no other secret."""

import pytest

KEYS = {
    "delay-api": ["serving-db", "monitoring-serving-db"],
    "delay-monitoring": ["serving-monitoring-db", "monitoring-db"],
    "delay-retention": ["operator-db"],
    "delay-recalibration": ["recalibration-db"],
}
OTHER_SECRETS = {"delay-api": {"delay-api-keys": ["api-keys"]}}


@pytest.fixture
def workloads(recalibrating):
    return {
        manifest.name: manifest
        for manifest in recalibrating
        if manifest.kind == "CronJob" or (manifest.name == "delay-api" and manifest.pod)
    }


def test_every_workload__is_listed(workloads):
    assert workloads.keys() == KEYS.keys()


@pytest.mark.parametrize("name", KEYS)
def test_a_workload__mounts_the_urls_of_its_roles_and_no_other_secret(workloads, name):
    assert workloads[name].mounted_secrets == {"delay-database": KEYS[name], **OTHER_SECRETS.get(name, {})}


@pytest.mark.parametrize("name", KEYS)
def test_every_database_of_a_workload__is_a_file_that_it_mounts(workloads, recalibrating, name):
    [settings] = [manifest.content["data"] for manifest in recalibrating if manifest.kind == "ConfigMap"]
    [container] = workloads[name].containers
    variables = settings | {entry["name"]: entry["value"] for entry in container["env"]}
    files = {value for variable, value in variables.items() if variable.endswith("_DB_FILE") and value}
    assert files == {f"/run/secrets/delay/{key}" for key in KEYS[name]}
