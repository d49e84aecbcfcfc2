"""The component that recalibrates: what it adds to production, how its job is run, and what it may reach."""

from copy import deepcopy

import pytest

from infra.stand.rights import SERVICES

MONITORING, RECALIBRATION = "CronJob/delay-monitoring", "CronJob/delay-recalibration"
DATABASE_URLS = "ExternalSecret/delay-database"


@pytest.fixture
def jobs(recalibrating):
    """The contents of the jobs of monitoring and of recalibration."""
    contents = {manifest.title: manifest.content for manifest in recalibrating}
    return contents[MONITORING], contents[RECALIBRATION]


def test_the_component__adds_its_objects_and_the_url_of_its_role(production, recalibrating):
    before = {manifest.title: manifest.content for manifest in production}
    after = {manifest.title: deepcopy(manifest.content) for manifest in recalibrating}
    assert after.keys() - before.keys() == {
        RECALIBRATION,
        "ServiceAccount/recalibration",
        "NetworkPolicy/recalibration",
    }
    assert after[DATABASE_URLS]["spec"]["data"].pop()["secretKey"] == "recalibration-db"
    assert {title: after[title] for title in before} == before


def without_its_own_fields(job):
    """The job without what is different in each: names, schedule, command, variables, secrets, quantities."""
    content = deepcopy(dict(job))
    del content["metadata"], content["spec"]["schedule"]
    del content["spec"]["jobTemplate"]["spec"]["activeDeadlineSeconds"]
    template = content["spec"]["jobTemplate"]["spec"]["template"]
    del template["metadata"], template["spec"]["serviceAccountName"], template["spec"]["volumes"][-1]["secret"]["items"]
    [container] = template["spec"]["containers"]
    for field in ("name", "args", "env", "resources"):
        del container[field]
    return content


def test_the_job__is_run_like_that_of_monitoring(jobs):
    monitoring, recalibration = jobs
    assert without_its_own_fields(recalibration) == without_its_own_fields(monitoring)
    assert recalibration["spec"]["concurrencyPolicy"] == "Forbid"


def seconds_after_midnight(job):
    minute, hour, *days = job["spec"]["schedule"].split()
    assert days == ["*", "*", "*"]
    return 3600 * int(hour) + 60 * int(minute)


def test_the_job__starts_when_monitoring_has_ended_however_late_it_began(jobs):
    monitoring, recalibration = jobs
    longest = monitoring["spec"]["startingDeadlineSeconds"]
    longest += monitoring["spec"]["jobTemplate"]["spec"]["activeDeadlineSeconds"]
    assert seconds_after_midnight(recalibration) >= seconds_after_midnight(monitoring) + longest


def test_the_job__reaches_what_monitoring_reaches(recalibrating):
    policies = {manifest.name: manifest.spec for manifest in recalibrating if manifest.kind == "NetworkPolicy"}
    own, monitoring = policies["recalibration"], policies["cron-jobs"]
    assert own["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": "delay-recalibration"}}
    assert (own["policyTypes"], own["egress"]) == (["Egress"], monitoring["egress"])


def test_service_accounts__have_the_roles_of_terraform(recalibrating):
    accounts = {
        manifest.name: manifest.metadata["annotations"]
        for manifest in recalibrating
        if manifest.kind == "ServiceAccount"
    }
    roles = {name: notes[key] for name, notes in accounts.items() for key in notes if key.endswith("/role-arn")}
    assert roles == {
        name: f"arn:aws:iam::111122223333:role/delay-{name}" for name in ("serving", "monitoring", "recalibration")
    }
    assert set(roles) <= set(SERVICES)
