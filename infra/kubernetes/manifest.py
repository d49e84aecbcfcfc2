"""Rendered manifests, and the parts of them that rules read."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from infra.kubernetes.kubectl import find_kubectl

_POD_PATHS: Mapping[str, tuple[str, ...]] = {
    "Pod": (),
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}


class RenderingFailed(Exception):
    """kustomize refused the folder; the message is its own."""


@dataclass(frozen=True)
class Manifest:
    """One object as it is sent to an API server."""

    content: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The kind, such as Deployment."""
        return str(self.content.get("kind", ""))

    @property
    def name(self) -> str:
        """The name of the object."""
        return str(self.metadata.get("name", ""))

    @property
    def namespace(self) -> str | None:
        """The namespace; None where none is stated."""
        return self.metadata.get("namespace")

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Names, labels, annotations."""
        return self.content.get("metadata") or {}

    @property
    def spec(self) -> Mapping[str, Any]:
        """What is wanted of the object."""
        return self.content.get("spec") or {}

    @property
    def title(self) -> str:
        """Kind and name, for messages."""
        return f"{self.kind}/{self.name}"

    @cached_property
    def pod(self) -> Mapping[str, Any] | None:
        """The pod template, with metadata and spec; None for an object that makes no pods."""
        if self.kind not in _POD_PATHS:
            return None
        part: Any = self.content
        for key in _POD_PATHS[self.kind]:
            part = part.get(key) or {}
        return dict(part)

    @property
    def pod_spec(self) -> Mapping[str, Any]:
        """The spec of the pods; empty for an object that makes no pods."""
        return (self.pod or {}).get("spec") or {}

    @property
    def pod_labels(self) -> Mapping[str, str]:
        """The labels of the pods."""
        return ((self.pod or {}).get("metadata") or {}).get("labels") or {}

    @property
    def containers(self) -> Iterator[Mapping[str, Any]]:
        """Init containers, then the others."""
        yield from self.pod_spec.get("initContainers") or ()
        yield from self.pod_spec.get("containers") or ()

    @property
    def mounted_secrets(self) -> Mapping[str, Sequence[str]]:
        """Secret that a volume of the pods has → its keys."""
        volumes = self.pod_spec.get("volumes") or ()
        sources = [source for volume in volumes for source in volume.get("projected", {}).get("sources", ())]
        named = [(volume["secret"]["secretName"], volume["secret"]) for volume in volumes if "secret" in volume]
        named += [(source["secret"]["name"], source["secret"]) for source in sources if "secret" in source]
        keys: dict[str, list[str]] = {}
        for name, secret in named:  # several volumes may have keys of one secret
            keys.setdefault(name, []).extend(item["key"] for item in secret["items"])
        return keys


def parse_manifests(text: str) -> list[Manifest]:
    """All objects of a stream of YAML documents."""
    return [Manifest(content) for content in yaml.safe_load_all(text) if content]


def render(folder: Path) -> list[Manifest]:
    """What `kubectl kustomize` makes of the folder. Raises RenderingFailed and KubectlMissing."""
    result = subprocess.run(  # noqa: S603 - a folder is no option: its path is absolute
        [find_kubectl(), "kustomize", str(folder.absolute())],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RenderingFailed(f"{folder}: {result.stderr.strip()}")
    return parse_manifests(result.stdout)


def with_pods(manifests: Sequence[Manifest]) -> Iterator[Manifest]:
    """The objects that make pods."""
    return (manifest for manifest in manifests if manifest.pod is not None)
