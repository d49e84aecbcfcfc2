"""Ports: probes, services and policies use ports that containers open."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from infra.kubernetes.manifest import Manifest, with_pods
from infra.kubernetes.rules.finding import Finding

_RULE = "ports"
_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
_NAME = re.compile("(?=[a-z0-9-]*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?")


def check_ports(manifests: Sequence[Manifest]) -> Iterator[Finding]:
    """Names of ports are valid, probes use ports of their container, services use ports of their pods."""
    for manifest in with_pods(manifests):
        for container in manifest.containers:
            yield from _check_container(manifest, container)
    for manifest in manifests:
        if manifest.kind == "Service" and manifest.spec.get("selector"):
            yield from _check_service(manifest, manifests)


def _check_container(manifest: Manifest, container: Mapping[str, Any]) -> Iterator[Finding]:
    title = f"{manifest.title}/{container.get('name')}"
    ports = _ports(container)
    for name in ports:
        if isinstance(name, str) and not _NAME.fullmatch(name):
            yield Finding(_RULE, title, f"the port name {name} is invalid: at most 15 lower-case letters, digits, -")
    for probe in _PROBES:
        port = ((container.get(probe) or {}).get("httpGet") or {}).get("port")
        if port is not None and port not in ports:
            yield Finding(_RULE, title, f"{probe} uses the port {port}, which the container does not open")
    if ports and manifest.kind in ("Deployment", "StatefulSet"):
        missing = [probe for probe in _PROBES if probe not in container]
        if missing:
            yield Finding(_RULE, title, f"it serves a port and lacks {', '.join(missing)}")


def _check_service(service: Manifest, manifests: Sequence[Manifest]) -> Iterator[Finding]:
    wanted = service.spec["selector"].items()
    pods = [pod for pod in with_pods(manifests) if wanted <= pod.pod_labels.items()]
    opened = {port for pod in pods for container in pod.containers for port in _ports(container)}
    for port in service.spec.get("ports") or ():
        target = port.get("targetPort", port.get("port"))
        if pods and target not in opened:
            yield Finding(_RULE, service.title, f"it sends to the port {target}, which its pods do not open")


def _ports(container: Mapping[str, Any]) -> set[object]:
    ports = container.get("ports") or ()
    return {port[key] for port in ports for key in ("name", "containerPort") if key in port}
