"""Names, namespaces and images."""

import re
from collections.abc import Iterator, Sequence

from infra.kubernetes.manifest import Manifest, with_pods
from infra.kubernetes.rules.finding import Finding

_DNS_NAME = re.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_IMAGE = re.compile(r"[a-z0-9./:_-]+(:(?!latest$)[A-Za-z0-9][A-Za-z0-9._-]*|@sha256:[0-9a-f]{64})")
_CLUSTER_WIDE = {"Namespace"}


def check_names(manifests: Sequence[Manifest]) -> Iterator[Finding]:
    """Names are DNS labels, and each object is in a namespace other than `default`."""
    for manifest in manifests:
        if not _DNS_NAME.fullmatch(manifest.name):
            yield Finding("names", manifest.title, "its name is no DNS label: at most 63 lower-case letters, digits, -")
        if manifest.kind not in _CLUSTER_WIDE and manifest.namespace in (None, "default"):
            yield Finding("names", manifest.title, "it states no namespace, or the namespace default")


def check_images(manifests: Sequence[Manifest]) -> Iterator[Finding]:
    """Each image has an exact tag or a digest."""
    for manifest in with_pods(manifests):
        for container in manifest.containers:
            image = str(container.get("image") or "")
            if not _IMAGE.fullmatch(image):
                message = f"the image {image!r} has neither an exact tag nor a digest"
                yield Finding("images", f"{manifest.title}/{container.get('name')}", message)
