"""The parts of the rehearsal that need no API server: conversion for older servers, its repository, its waves."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from infra.kubernetes.manifest import Manifest, parse_manifests
from infra.kubernetes.rehearsal.conversion import Conversion
from infra.kubernetes.rehearsal.steps import API_FILE
from infra.kubernetes.rehearsal.synchronization import Synchronization
from infra.kubernetes.rehearsal.working_copy import NAMESPACE, WorkingCopy
from infra.stand.part import PartFailed

ROOT = Path(__file__).parents[2]


def schema(group, version, kind, spec):
    return {
        "properties": {"apiVersion": {}, "kind": {}, "metadata": {}, "spec": spec},
        "x-kubernetes-group-version-kind": [{"group": group, "version": version, "kind": kind}],
    }


OLD_SERVER = {
    "budget": schema("policy", "v1beta1", "PodDisruptionBudget", {"$ref": "#/definitions/budget-spec"}),
    "budget-spec": {"properties": {"maxUnavailable": {}, "selector": {}}},
    "service": schema("", "v1", "Service", {"properties": {"ports": {"items": {"properties": {"port": {}}}}}}),
}


@pytest.fixture
def conversion():
    return Conversion({"v1", "policy/v1beta1"}, OLD_SERVER)


def budget(**spec):
    return Manifest(
        {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "api"}, "spec": spec}
    )


def test_conversion__uses_the_version_that_is_served_and_the_fields_that_it_knows(conversion):
    [converted] = conversion.convert([budget(maxUnavailable=1, unhealthyPodEvictionPolicy="AlwaysAllow")])
    assert converted.content["apiVersion"] == "policy/v1beta1"
    assert converted.spec == {"maxUnavailable": 1}
    assert list(conversion.notes) == [
        "PodDisruptionBudget: policy/v1beta1 instead of policy/v1",
        "PodDisruptionBudget.spec.unhealthyPodEvictionPolicy is left out: this server does not know it",
    ]


def test_conversion__reaches_into_lists(conversion):
    service = {"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"port": 80, "appProtocol": "http"}]}}
    assert conversion.convert([Manifest(service)])[0].spec == {"ports": [{"port": 80}]}


def test_conversion__leaves_out_what_no_version_serves(conversion):
    monitor = {"apiVersion": "monitoring.coreos.com/v1", "kind": "PodMonitor", "metadata": {"name": "api"}}
    assert conversion.convert([Manifest(monitor)]) == []
    assert list(conversion.notes) == ["PodMonitor/api is left out: monitoring.coreos.com/v1 is not served"]


@pytest.fixture
def copy(tmp_path):
    return WorkingCopy.create(tmp_path)


def alias(manifests):
    [deployment] = [manifest for manifest in manifests if manifest.title == "Deployment/delay-api"]
    [container] = deployment.containers
    return next(entry["value"] for entry in container["env"] if entry["name"] == "MODEL_ALIAS")


def test_the_working_copy__has_a_namespace_of_its_own_and_no_ports_of_nodes(copy):
    manifests = copy.render()
    assert {m.namespace for m in manifests if m.kind != "Namespace"} == {NAMESPACE}
    assert [m.name for m in manifests if m.kind == "Namespace"] == [NAMESPACE]
    assert "nodePort" not in yaml.safe_dump([dict(m.content) for m in manifests])


def test_the_working_copy__reverts_a_commit_below_others(copy):
    copy.change(API_FILE, "{name: MODEL_ALIAS, value: production}", "{name: MODEL_ALIAS, value: staging}")
    copy.change(API_FILE, "periodSeconds: 10\n", "periodSeconds: 11\n")
    assert alias(copy.render()) == "staging"
    copy.revert(copy.last_commit_of("MODEL_ALIAS, value: staging"))
    assert alias(copy.render()) == "production"


def test_the_working_copy__refuses_a_change_of_what_is_not_there(copy):
    with pytest.raises(PartFailed, match="0 times"):
        copy.change(API_FILE, "no such line", "x")


class RecordingServer:
    """An API server that accepts everything; `applied` has the titles of each application."""

    has_nodes = has_controllers = False

    def __init__(self):
        self.applied = []

    def kubectl(self, *arguments, text=None):
        if text is not None and "--dry-run=server" not in arguments and "--prune" not in arguments:
            self.applied.append({manifest.title for manifest in parse_manifests(text)})
        return ""

    def get(self, kind, name, namespace):
        return {"status": {"conditions": [{"type": "Complete", "status": "True"}]}}


class EveryField:
    def convert(self, manifests):
        return list(manifests)


def test_a_synchronization__applies_the_migration_before_the_services(copy):
    server = RecordingServer()
    applied_before_job_ended = []
    calls = [lambda: applied_before_job_ended.extend(server.applied)]
    Synchronization(server, copy, EveryField(), calls).run()
    first = set().union(*applied_before_job_ended)
    later = set().union(*server.applied) - first
    assert {"Job/delay-migration", "ServiceAccount/serving", f"Namespace/{NAMESPACE}"} <= first
    assert {"Deployment/delay-api", "Deployment/delay-ui", "Service/delay-api"} <= later


def test_a_job_that_failed__ends_the_synchronization(copy):
    server = RecordingServer()
    server.get = lambda *_: {"status": {"conditions": [{"type": "Failed", "status": "True"}]}}
    with pytest.raises(PartFailed, match="Job/delay-migration has not completed"):
        Synchronization(server, copy, EveryField()).run()
    assert not any("Deployment/delay-api" in titles for titles in server.applied)


def run(*arguments):
    command = [sys.executable, "-m", "infra.kubernetes.rehearsal", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_missing_kubeconfig__is_named(tmp_path):
    result = run("--kubeconfig", str(tmp_path / "config"))
    assert (result.returncode, f"{tmp_path / 'config'} is not a file" in result.stderr) == (2, True)


def test_a_server_that_does_not_answer__is_named(tmp_path):
    cluster = {"name": "none", "cluster": {"server": "https://127.0.0.1:1"}}
    context = {"name": "none", "context": {"cluster": "none", "user": "none"}}
    config = {"apiVersion": "v1", "kind": "Config", "clusters": [cluster], "contexts": [context]}
    config["users"] = [{"name": "none", "user": {"token": "none"}}]
    (tmp_path / "config").write_text(yaml.safe_dump({**config, "current-context": "none"}))
    result = run("--kubeconfig", str(tmp_path / "config"))
    assert (result.returncode, "127.0.0.1:1" in result.stderr) == (1, True)
    assert "Traceback" not in result.stderr
