"""The schemas of Kubernetes and of the operators accept every object, and find planted mistakes."""

from copy import deepcopy
from pathlib import Path

import pytest

from infra.kubernetes.manifest import Manifest, parse_manifests
from infra.kubernetes.schemas import OLDEST_VERSION, RESOURCE_SCHEMAS, check_schemas, newest_version

K8S = Path(__file__).parents[2] / "k8s"
ARGO_CD = K8S / "argocd"


@pytest.fixture(scope="module")
def versions():
    return OLDEST_VERSION, newest_version()


def argo_cd_objects():
    """What is applied to Argo CD itself: the project and its applications."""
    files = [ARGO_CD / "project.yaml", *sorted((ARGO_CD / "applications").glob("*.yaml"))]
    return [manifest for path in files for manifest in parse_manifests(path.read_text())]


def test_overlays__are_valid(overlay, versions):
    assert versions[0] < versions[1]
    assert [str(finding) for finding in check_schemas(overlay, versions)] == []


def test_every_component__is_part_of_a_rendered_overlay(rendered_components):
    assert {folder.name for folder in (K8S / "components").iterdir()} == rendered_components


def test_objects_of_argo_cd__are_valid(versions):
    assert [str(finding) for finding in check_schemas(argo_cd_objects(), versions)] == []


def test_resource_schemas__are_those_of_the_kinds_in_use(production):
    kinds = {manifest.kind for manifest in [*production, *argo_cd_objects()]}
    assert set(RESOURCE_SCHEMAS) <= kinds


def plant(manifests, title, change):
    """The object of this title alone, changed."""
    [content] = [deepcopy(dict(manifest.content)) for manifest in manifests if manifest.title == title]
    change(content)
    return [Manifest(content)]


MISTAKES = {
    # the object, the change, and words of the message
    "misspelt field": (
        "Deployment/delay-ui", lambda c: c["spec"].update(replica=2), "'replica' was unexpected"),
    "misspelt field of a container": (
        "StatefulSet/delay-api",
        lambda c: c["spec"]["template"]["spec"]["containers"][0].update(image_pull_policy="Always"),
        "'image_pull_policy' was unexpected"),
    "text for a number": (
        "Service/delay-ui", lambda c: c["spec"]["ports"][0].update(port="8501"), "not of type 'integer'"),
    "no selector": ("Deployment/delay-ui", lambda c: c["spec"].pop("selector"), "'selector' is a required"),
    "version that has ended": (
        "HorizontalPodAutoscaler/delay-api", lambda c: c.update(apiVersion="autoscaling/v2beta2"), "find schema"),
    "kind of no API": ("Service/delay-ui", lambda c: c.update(kind="Servic"), "find schema"),
    "kind without a schema": (
        "PodMonitor/delay-api", lambda c: c.update(kind="ServiceMonitor"), "no schema of its kind"),
    "misspelt field of a monitor": (
        "PodMonitor/delay-api", lambda c: c["spec"]["podMetricsEndpoints"][0].update(intervall="15s"),
        "'intervall' was unexpected"),
    "rule with two names": (
        "PrometheusRule/delay-api", lambda c: c["spec"]["groups"][0]["rules"][0].update(record="x"), "valid under"),
    "bad duration of a rule": (
        "PrometheusRule/delay-api", lambda c: c["spec"]["groups"][0]["rules"][0].update({"for": "2 min"}),
        "does not match"),
    "secret of an unknown kind of store": (
        "ExternalSecret/delay-ui", lambda c: c["spec"]["secretStoreRef"].update(kind="Vault"), "is not one of"),
    "secret of an earlier API": (
        "ExternalSecret/delay-ui", lambda c: c.update(apiVersion="external-secrets.io/v1beta1"), "was expected"),
    "option of a sync that does not exist": (
        "Application/delay-kind",
        lambda c: c["spec"]["syncPolicy"]["syncOptions"].append("RespectIgnoreDifference=true"),
        "is not one of"),
    "healing in the wrong place": (
        "Application/delay-kind", lambda c: c["spec"]["syncPolicy"].update(selfHeal=True),
        "'selfHeal' was unexpected"),
    "two destinations": (
        "Application/delay-kind", lambda c: c["spec"]["destination"].update(name="in-cluster"), "valid under"),
    "project for every namespace": (
        "AppProject/delay", lambda c: c["spec"]["destinations"][0].update(namespace="*"), "does not match"),
    "project for every kind": (
        "AppProject/delay", lambda c: c["spec"]["namespaceResourceWhitelist"].append({"group": "*", "kind": "*"}),
        "does not match"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake__is_refused(mistake, production, versions):
    title, change, words = MISTAKES[mistake]

    findings = check_schemas(plant([*production, *argo_cd_objects()], title, change), versions)

    assert any(words in finding.message for finding in findings), findings
