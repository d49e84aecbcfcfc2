"""The overlays meet every rule, and each rule finds the mistake that it is about."""

from copy import deepcopy
from decimal import Decimal

import pytest

from infra.kubernetes.manifest import Manifest
from infra.kubernetes.rules import find_problems
from infra.kubernetes.rules.quantities import parse_quantity


def test_overlays__meet_every_rule(overlay):
    assert [str(problem) for problem in find_problems(overlay)] == []


def template(content):
    return content["spec"]["template"]["spec"]


def box(content):
    return template(content)["containers"][0]


def security(content):
    return box(content)["securityContext"]


MISTAKES = {
    # what is planted: the object, the change, the rule, and words of its message
    "selector of a workload": (
        "Deployment/delay-ui", lambda c: c["spec"]["selector"]["matchLabels"].update(tier="x"),
        "selectors", "does not match the labels"),
    "selector of a service": (
        "Service/delay-api", lambda c: c["spec"]["selector"].update({"app.kubernetes.io/name": "api"}),
        "selectors", "no pod has the labels"),
    "selector of a budget": (
        "PodDisruptionBudget/delay-ui", lambda c: c["spec"]["selector"]["matchLabels"].update(tier="x"),
        "selectors", "no pod has the labels"),
    "selector of a policy": (
        "NetworkPolicy/api", lambda c: c["spec"]["podSelector"]["matchLabels"].update(tier="x"),
        "selectors", "no pod has the labels"),
    "selector of a monitor": (
        "PodMonitor/delay-api", lambda c: c["spec"]["selector"]["matchLabels"].update(tier="x"),
        "selectors", "no pod has the labels"),
    "request above its limit": (
        "Deployment/delay-ui", lambda c: box(c)["resources"]["requests"].update(memory="2Gi"),
        "resources", "exceeds its limit"),
    "bad quantity": (
        "Deployment/delay-ui", lambda c: box(c)["resources"]["limits"].update(memory="1 GB"),
        "resources", "no quantity"),
    "no limit": (
        "Deployment/delay-ui", lambda c: box(c)["resources"]["limits"].pop("memory"),
        "resources", "limits lack memory"),
    "emptyDir without a size": (
        "Deployment/delay-ui", lambda c: template(c)["volumes"][0]["emptyDir"].clear(),
        "resources", "no sizeLimit"),
    "volume claim without a size": (
        "StatefulSet/delay-api",
        lambda c: c["spec"]["volumeClaimTemplates"][0]["spec"]["resources"]["requests"].update(storage="big"),
        "resources", "the volume claim requests big"),
    "long port name": (
        "Deployment/delay-ui", lambda c: box(c)["ports"][0].update(name="user-interface-http"),
        "ports", "at most 15"),
    "probe on an unknown port": (
        "Deployment/delay-ui", lambda c: box(c)["livenessProbe"]["httpGet"].update(port=8080),
        "ports", "does not open"),
    "no readiness probe": (
        "Deployment/delay-ui", lambda c: box(c).pop("readinessProbe"),
        "ports", "lacks readinessProbe"),
    "service to an unknown port": (
        "Service/delay-ui", lambda c: c["spec"]["ports"][0].update(targetPort="web"),
        "ports", "its pods do not open"),
    "mount of an unknown volume": (
        "Deployment/delay-ui", lambda c: box(c)["volumeMounts"][0].update(name="cache"),
        "references", "mounts the volume cache"),
    "volume that nobody mounts": (
        "Deployment/delay-ui", lambda c: box(c)["volumeMounts"].pop(),
        "references", "no container mounts"),
    "unknown config map": (
        "StatefulSet/delay-api", lambda c: box(c)["envFrom"][0]["configMapRef"].update(name="settings"),
        "references", "config map settings"),
    "unknown service account": (
        "Deployment/delay-ui", lambda c: template(c).update(serviceAccountName="default"),
        "references", "service account default"),
    "autoscaler from 5 to 2": (
        "HorizontalPodAutoscaler/delay-api", lambda c: c["spec"].update(minReplicas=5, maxReplicas=2),
        "scaling", "no range"),
    "autoscaler of nothing": (
        "HorizontalPodAutoscaler/delay-api", lambda c: c["spec"]["scaleTargetRef"].update(kind="Deployment"),
        "scaling", "is missing"),
    "replicas beside an autoscaler": (
        "StatefulSet/delay-api", lambda c: c["spec"].update(replicas=3), "scaling", "it states replicas"),
    "budget with both numbers": (
        "PodDisruptionBudget/delay-ui", lambda c: c["spec"].update(minAvailable=1), "scaling", "exactly one number"),
    "budget that blocks": (
        "PodDisruptionBudget/delay-ui", lambda c: c["spec"].update(maxUnavailable=0), "scaling", "no disruption"),
    "upper-case name": (
        "Service/delay-ui", lambda c: c["metadata"].update(name="Delay-UI"), "names", "no DNS label"),
    "default namespace": (
        "Service/delay-ui", lambda c: c["metadata"].update(namespace="default"), "names", "the namespace default"),
    "no namespace": ("Service/delay-ui", lambda c: c["metadata"].pop("namespace"), "names", "no namespace"),
    "empty image": ("Deployment/delay-ui", lambda c: box(c).update(image=""), "images", "neither an exact tag"),
    "image without a tag": (
        "Deployment/delay-ui", lambda c: box(c).update(image="delay-ui"), "images", "neither an exact tag"),
    "latest image": (
        "Deployment/delay-ui", lambda c: box(c).update(image="delay-ui:latest"), "images", "neither an exact tag"),
    **{
        f"{field} of the pod": (
            "Deployment/delay-ui", lambda c, field=field: template(c).update({field: True}), "pod security", field)
        for field in ("hostNetwork", "hostPID", "hostIPC")
    },
    "folder of the node": (
        "Deployment/delay-ui", lambda c: template(c)["volumes"][0].update(hostPath={"path": "/"}),
        "pod security", "hostPath"),
    "unsafe sysctl": (
        "Deployment/delay-ui",
        lambda c: template(c)["securityContext"].update(sysctls=[{"name": "kernel.msgmax", "value": "1"}]),
        "pod security", "kernel.msgmax"),
    "token": (
        "Deployment/delay-ui", lambda c: template(c).pop("automountServiceAccountToken"),
        "pod security", "automountServiceAccountToken"),
    **{
        f"{field}={value}": (
            "Deployment/delay-ui",
            lambda c, field=field, value=value: security(c).update({field: value}),
            "pod security", name)
        for field, value, name in (
            ("privileged", True, "privileged"),
            ("allowPrivilegeEscalation", True, "allowPrivilegeEscalation"),
            ("readOnlyRootFilesystem", False, "readOnlyRootFilesystem"),
            ("capabilities", {}, "capabilities.drop"),
            ("capabilities", {"drop": ["ALL"], "add": ["SYS_ADMIN"]}, "capabilities.add"),
            ("runAsNonRoot", False, "runAsNonRoot"),
            ("runAsUser", 0, "runAsUser"),
            ("seccompProfile", {"type": "Unconfined"}, "seccompProfile.type"),
            ("procMount", "Unmasked", "procMount"),
            ("seLinuxOptions", {"user": "root"}, "seLinuxOptions"),
            ("appArmorProfile", {"type": "Unconfined"}, "appArmorProfile"),
            ("seLinuxOptions", {"type": "spc_t"}, "seLinuxOptions.type"),
            ("windowsOptions", {"hostProcess": True}, "hostProcess"),
        )
    },
    "probe of another host": (
        "Deployment/delay-ui", lambda c: box(c)["livenessProbe"]["httpGet"].update(host="10.0.0.1"),
        "pod security", "livenessProbe must not name a host"),
    "hook that calls another host": (
        "Deployment/delay-ui",
        lambda c: box(c).update(lifecycle={"preStop": {"tcpSocket": {"host": "10.0.0.1", "port": 80}}}),
        "pod security", "lifecycle.preStop must not name a host"),
    "port of the node": (
        "Deployment/delay-ui", lambda c: box(c)["ports"][0].update(hostPort=80), "pod security", "hostPort"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake__is_found(mistake, production):
    title, plant, rule, words = MISTAKES[mistake]
    contents = {manifest.title: deepcopy(dict(manifest.content)) for manifest in production}

    plant(contents[title])

    problems = find_problems([Manifest(content) for content in contents.values()])
    assert any(problem.rule == rule and words in problem.message for problem in problems), problems


@pytest.mark.parametrize(
    ("text", "value"),
    [("500m", Decimal("0.5")), ("2Gi", 2**31), ("1k", 1000), (3, 3), ("1.5", Decimal("1.5"))]
    + [(text, None) for text in ("1 Gi", "big", "")],
)
def test_a_quantity__is_read_as_kubernetes_reads_it(text, value):
    assert parse_quantity(text) == value
