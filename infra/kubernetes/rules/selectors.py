"""Selectors: what an object acts on exists, and a workload selects its own pods."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from infra.kubernetes.manifest import Manifest, with_pods
from infra.kubernetes.rules.finding import Finding

_RULE = "selectors"
_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")


def check_selectors(manifests: Sequence[Manifest]) -> Iterator[Finding]:
    """Workloads select their own pods; services, budgets, policies and monitors select pods that exist."""
    pods = list(with_pods(manifests))
    for manifest in manifests:
        if manifest.kind in _WORKLOADS:
            if not _selects(manifest.spec.get("selector") or {}, manifest.pod_labels):
                yield Finding(_RULE, manifest.title, "its selector does not match the labels of its pods")
            continue
        selector = _selector(manifest)
        if selector and not any(_selects(selector, pod.pod_labels) for pod in pods):
            yield Finding(_RULE, manifest.title, f"no pod has the labels that it selects: {dict(selector)}")


def _selector(manifest: Manifest) -> Mapping[str, Any]:
    match manifest.kind:
        case "Service":
            labels = manifest.spec.get("selector")
            return {"matchLabels": labels} if labels else {}
        case "PodDisruptionBudget" | "PodMonitor":
            return manifest.spec.get("selector") or {}
        case "NetworkPolicy":
            return manifest.spec.get("podSelector") or {}
        case _:
            return {}


def _selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    exact = all(labels.get(name) == value for name, value in (selector.get("matchLabels") or {}).items())
    listed = all(
        labels.get(rule["key"]) in rule.get("values", ())
        for rule in selector.get("matchExpressions") or ()
        if rule["operator"] == "In"
    )
    return bool(selector) and exact and listed
