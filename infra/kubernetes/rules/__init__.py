"""The project's own rules: meanings that schemas do not check."""

from collections.abc import Sequence

from infra.kubernetes.manifest import Manifest
from infra.kubernetes.rules.finding import Finding, Rule
from infra.kubernetes.rules.names import check_images, check_names
from infra.kubernetes.rules.pod_security import check_pod_security
from infra.kubernetes.rules.ports import check_ports
from infra.kubernetes.rules.references import check_references
from infra.kubernetes.rules.resources import check_resources
from infra.kubernetes.rules.scaling import check_scaling
from infra.kubernetes.rules.selectors import check_selectors

RULES: tuple[Rule, ...] = (
    check_selectors,
    check_resources,
    check_ports,
    check_references,
    check_scaling,
    check_names,
    check_images,
    check_pod_security,
)

__all__ = ["RULES", "Finding", "find_problems"]


def find_problems(manifests: Sequence[Manifest]) -> list[Finding]:
    """What all rules find, in their order."""
    return [finding for rule in RULES for finding in rule(manifests)]
