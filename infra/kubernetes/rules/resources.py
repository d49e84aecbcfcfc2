"""Requests and limits of containers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from infra.kubernetes.manifest import Manifest, with_pods
from infra.kubernetes.rules.finding import Finding
from infra.kubernetes.rules.quantities import parse_quantity

_RULE = "resources"
_REQUIRED = {"requests": ("cpu", "memory", "ephemeral-storage"), "limits": ("memory", "ephemeral-storage")}


def check_resources(manifests: Sequence[Manifest]) -> Iterator[Finding]:
    """Each container states its requests and limits, as quantities, and no request exceeds its limit."""
    for manifest in with_pods(manifests):
        for container in manifest.containers:
            for message in _problems(container.get("resources") or {}):
                yield Finding(_RULE, f"{manifest.title}/{container.get('name')}", message)
    for manifest in manifests:
        for claim in manifest.spec.get("volumeClaimTemplates") or ():
            size = claim["spec"]["resources"]["requests"].get("storage")
            if not parse_quantity(size):
                yield Finding(_RULE, manifest.title, f"the volume claim requests {size}; a size such as 2Gi is needed")
        for volume in manifest.pod_spec.get("volumes") or ():
            if "emptyDir" in volume and not parse_quantity((volume["emptyDir"] or {}).get("sizeLimit")):
                yield Finding(_RULE, manifest.title, f"the emptyDir {volume['name']} has no sizeLimit such as 64Mi")


def _problems(resources: Mapping[str, Any]) -> Iterator[str]:
    for part, names in _REQUIRED.items():
        stated = resources.get(part) or {}
        yield from (f"{part} lack {name}" for name in names if name not in stated)
        for name, text in stated.items():
            if parse_quantity(text) is None:
                yield f"{part}.{name} is {text}, which is no quantity"
    limits = resources.get("limits") or {}
    for name, text in (resources.get("requests") or {}).items():
        request, limit = parse_quantity(text), parse_quantity(limits.get(name))
        if request is not None and limit is not None and request > limit:
            yield f"the request of {name}, {text}, exceeds its limit, {limits[name]}"
