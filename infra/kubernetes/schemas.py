"""Strict schemas: those of Kubernetes for its own kinds, and the files in resource_schemas for kinds of operators."""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.kubernetes.manifest import Manifest
from infra.kubernetes.rules.finding import Finding
from infra.stand.commands import tool

_RULE = "schema"
OLDEST_VERSION = "1.32"
_FOLDER = Path(__file__).parent / "resource_schemas"
RESOURCE_SCHEMAS: Mapping[str, Path] = {path.stem: path for path in sorted(_FOLDER.glob("*.yaml"))}
"""Schemas of kinds that are not Kubernetes' own, written for this project; each names the CRD that it follows."""


class ValidatorFailed(Exception):
    """A validator is missing, or ended without a result."""


def newest_version() -> str:
    """The newest version of Kubernetes whose schemas the validator has, such as 1.37. Raises ValidatorFailed."""
    release = _output("kubernetes-validate", "--version")
    return ".".join(release.split(".")[:2])


def check_schemas(manifests: Sequence[Manifest], versions: Sequence[str]) -> list[Finding]:
    """What the schemas refuse, unknown fields and kinds included, for each version of Kubernetes.

    Raises:
        ValidatorFailed: a validator is missing, or ended without a result.
    """
    built_in = [manifest for manifest in manifests if _is_built_in(manifest)]
    others = [manifest for manifest in manifests if not _is_built_in(manifest)]
    return [*(_check_built_in(built_in, versions) if built_in else ()), *_check_others(others)]


def _is_built_in(manifest: Manifest) -> bool:
    group = str(manifest.content.get("apiVersion", "")).rpartition("/")[0]
    return "." not in group or group.endswith(".k8s.io")


def _check_built_in(manifests: Sequence[Manifest], versions: Sequence[str]) -> Iterator[Finding]:
    options = [part for version in versions for part in ("--kubernetes-version", version)]
    with _as_files(manifests) as files:
        for line in _output("kubernetes-validate", "--strict", *options, *files).splitlines():
            level, path, message = line.split(" ", 2)
            if level != "INFO":  # WARN: this version of Kubernetes does not have the kind
                yield Finding(_RULE, files[path].title, message)


def _check_others(manifests: Sequence[Manifest]) -> Iterator[Finding]:
    for kind in sorted({manifest.kind for manifest in manifests}):
        of_kind = [manifest for manifest in manifests if manifest.kind == kind]
        if kind not in RESOURCE_SCHEMAS:
            yield from (Finding(_RULE, each.title, f"{_FOLDER.name} has no schema of its kind") for each in of_kind)
            continue
        with _as_files(of_kind) as files:
            options = ("--output-format", "json", "--schemafile", str(RESOURCE_SCHEMAS[kind]))
            for error in json.loads(_output("check-jsonschema", *options, *files)).get("errors", ()):
                yield Finding(_RULE, files[error["filename"]].title, f"{error['path']}: {error['message']}")


@contextmanager
def _as_files(manifests: Sequence[Manifest]) -> Iterator[Mapping[str, Manifest]]:
    """Each object in a file, by its path."""
    with tempfile.TemporaryDirectory(prefix="manifests-") as folder:
        files = {f"{folder}/{number}.json": manifest for number, manifest in enumerate(manifests)}
        for path, manifest in files.items():
            Path(path).write_text(json.dumps(manifest.content), "utf-8")
        yield files


def _output(name: str, *arguments: str) -> str:
    """What a validator prints; it ends with status 1 where it refuses something."""
    try:
        result = subprocess.run([tool(name), *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - a tool of this project
    except FileNotFoundError as error:
        raise ValidatorFailed(f"{tool(name)} does not exist; `make test-k8s` installs it") from error
    if result.returncode not in (0, 1) or result.stderr:
        raise ValidatorFailed(f"{name} ended with status {result.returncode}: {result.stderr or result.stdout}")
    return result.stdout.strip()
