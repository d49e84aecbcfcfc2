"""Manifests for the versions of APIs that a server offers: an older server knows fewer fields, and earlier versions."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.kubernetes.manifest import Manifest

EARLIER_VERSIONS: Mapping[tuple[str, str], Sequence[str]] = {
    ("HorizontalPodAutoscaler", "autoscaling/v2"): ("autoscaling/v2beta2",),
    ("PodDisruptionBudget", "policy/v1"): ("policy/v1beta1",),
    ("CronJob", "batch/v1"): ("batch/v1beta1",),
}
"""Versions of a kind whose fields mean the same, the newest first."""


@dataclass
class Conversion:
    """What a server knows; `notes` says what was converted or left out, each sentence once."""

    api_versions: Collection[str]
    definitions: Mapping[str, Any]
    notes: dict[str, None] = field(default_factory=dict)

    def convert(self, manifests: Sequence[Manifest]) -> list[Manifest]:
        """The objects that the server knows, each in a version that it serves, with the fields that it knows."""
        return [converted for manifest in manifests if (converted := self._convert(manifest))]

    def _convert(self, manifest: Manifest) -> Manifest | None:
        stated = str(manifest.content["apiVersion"])
        candidates = (stated, *EARLIER_VERSIONS.get((manifest.kind, stated), ()))
        version = next((each for each in candidates if each in self.api_versions), None)
        schema = self._schema(version, manifest.kind) if version else None
        if version is None or schema is None:
            self.notes[f"{manifest.title} is left out: {stated} is not served"] = None
            return None
        if version != stated:
            self.notes[f"{manifest.kind}: {version} instead of {stated}"] = None
        content = self._known({**manifest.content, "apiVersion": version}, schema, manifest.kind)
        return Manifest(content)

    def _schema(self, version: str, kind: str) -> Mapping[str, Any] | None:
        group, _, name = version.rpartition("/")
        wanted = {"group": group, "version": name, "kind": kind}
        for schema in self.definitions.values():
            if wanted in schema.get("x-kubernetes-group-version-kind", ()):
                return dict(schema)
        return None

    def _known(self, value: Any, schema: Mapping[str, Any], path: str) -> Any:
        """The value without fields that the schema does not have."""
        if "$ref" in schema:
            schema = self.definitions[schema["$ref"].rpartition("/")[2]]
        if isinstance(value, list) and "items" in schema:
            return [self._known(each, schema["items"], path) for each in value]
        properties = schema.get("properties")
        if isinstance(value, Mapping) and properties:
            return dict(self._known_fields(value, properties, path))
        return value

    def _known_fields(
        self, value: Mapping[str, Any], properties: Mapping[str, Any], path: str
    ) -> Iterator[tuple[str, Any]]:
        for name, part in value.items():
            if name in properties:
                yield name, self._known(part, properties[name], f"{path}.{name}")
            else:
                self.notes[f"{path}.{name} is left out: this server does not know it"] = None
