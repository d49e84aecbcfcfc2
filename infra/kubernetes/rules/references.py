"""References within a pod, and from a pod to other objects."""

from collections.abc import Iterator, Sequence

from infra.kubernetes.manifest import Manifest, with_pods
from infra.kubernetes.rules.finding import Finding

_RULE = "references"


def check_references(manifests: Sequence[Manifest]) -> Iterator[Finding]:
    """Mounted volumes, config maps and service accounts exist; each volume is mounted."""
    names = {(manifest.kind, manifest.name) for manifest in manifests}
    for manifest in with_pods(manifests):
        spec = manifest.pod_spec
        volumes = {volume["name"] for volume in spec.get("volumes") or ()}
        claims = {claim["metadata"]["name"] for claim in manifest.spec.get("volumeClaimTemplates") or ()}
        mounted = {mount["name"] for box in manifest.containers for mount in box.get("volumeMounts") or ()}
        for name in sorted(mounted - volumes - claims):
            yield Finding(_RULE, manifest.title, f"it mounts the volume {name}, which the pod does not have")
        for name in sorted(volumes | claims):
            if name not in mounted:
                yield Finding(_RULE, manifest.title, f"no container mounts the volume {name}")
        account = spec.get("serviceAccountName")
        if ("ServiceAccount", account) not in names:
            yield Finding(_RULE, manifest.title, f"its service account {account} is not among the manifests")
        for container in manifest.containers:
            for source in container.get("envFrom") or ():
                settings = (source.get("configMapRef") or {}).get("name")
                if settings and ("ConfigMap", settings) not in names:
                    yield Finding(_RULE, manifest.title, f"the config map {settings} is not among the manifests")
