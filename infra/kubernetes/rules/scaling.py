"""Autoscalers and disruption budgets."""

from collections.abc import Iterator, Sequence

from infra.kubernetes.manifest import Manifest
from infra.kubernetes.rules.finding import Finding

_RULE = "scaling"


def check_scaling(manifests: Sequence[Manifest]) -> Iterator[Finding]:
    """An autoscaler has a range, and a target without replicas; a budget states one number that blocks nothing."""
    objects = {(manifest.kind, manifest.name): manifest for manifest in manifests}
    for manifest in manifests:
        spec = manifest.spec
        if manifest.kind == "HorizontalPodAutoscaler":
            least, most = spec.get("minReplicas", 1), spec.get("maxReplicas", 0)
            if not 1 <= least <= most:
                yield Finding(_RULE, manifest.title, f"minReplicas {least} and maxReplicas {most} are no range")
            reference = spec.get("scaleTargetRef") or {}
            wanted = str(reference.get("kind")), str(reference.get("name"))
            target = objects.get(wanted)
            if target is None:
                yield Finding(_RULE, manifest.title, f"its target {'/'.join(wanted)} is missing")
            elif "replicas" in target.spec:
                yield Finding(_RULE, target.title, "it states replicas, which its autoscaler sets")
        if manifest.kind == "PodDisruptionBudget":
            stated = [key for key in ("minAvailable", "maxUnavailable") if key in spec]
            if len(stated) != 1:
                yield Finding(_RULE, manifest.title, f"it states {stated or 'nothing'}; exactly one number is allowed")
            elif spec.get("maxUnavailable") in (0, "0%") or spec.get("minAvailable") == "100%":
                yield Finding(_RULE, manifest.title, "it allows no disruption at all: nodes could not be drained")
