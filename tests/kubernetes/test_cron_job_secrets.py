"""Each job by the clock mounts the databases that it uses, with roles of its own, and no other secret."""

import pytest

SECRETS = {
    "delay-monitoring": ["serving-monitoring-db", "monitoring-db"],
    "delay-retention": ["operator-db"],
    "delay-recalibration": ["recalibration-db"],
}


@pytest.fixture
def jobs(recalibrating):
    return {manifest.name: manifest for manifest in recalibrating if manifest.kind == "CronJob"}


def test_every_job__is_listed(jobs):
    assert jobs.keys() == SECRETS.keys()


@pytest.mark.parametrize("name", SECRETS)
def test_a_job__mounts_the_urls_of_its_roles_and_no_other_secret(jobs, name):
    volumes = [volume["secret"] for volume in jobs[name].pod_spec["volumes"] if "secret" in volume]
    assert [(secret["secretName"], [item["key"] for item in secret["items"]]) for secret in volumes] == [
        ("delay-database", SECRETS[name])
    ]


@pytest.mark.parametrize("name", SECRETS)
def test_every_database_of_a_job__is_a_file_that_it_mounts(jobs, recalibrating, name):
    [settings] = [manifest.content["data"] for manifest in recalibrating if manifest.kind == "ConfigMap"]
    [container] = jobs[name].containers
    variables = settings | {entry["name"]: entry["value"] for entry in container["env"]}
    files = {value for variable, value in variables.items() if variable.endswith("_DB_FILE") and value}
    assert files == {f"/run/secrets/delay/{key}" for key in SECRETS[name]}
