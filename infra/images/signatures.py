"""An image has a list of its packages and a signature: one that was altered after it was signed is refused."""

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version as installed_version
from pathlib import Path

from infra.images.podman import ImageError, Podman, run
from infra.images.signing_tools import cosign_path, syft_path
from infra.local.child_process import ServerProcess
from infra.local.waiting import free_port

_REGISTRY = """
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {folder}}}}}
http: {{addr: "127.0.0.1:{port}"}}
"""
_LOCAL = ("--allow-insecure-registry", "--insecure-ignore-tlog=true")
"""A registry of this machine has no TLS, and what is signed here is in no public log."""


def check_signatures(podman: Podman, image: str, folder: Path) -> str:
    """List the packages, sign the image by a new key, verify it, alter it, and be refused. Raises ImageError."""
    packages = _list_packages(image, folder)
    with _registry(folder / "registry") as address:
        reference = f"{address}/{image.rsplit('/', 1)[-1]}"
        signed = _push(image, reference, folder)
        environment = {**os.environ, "COSIGN_PASSWORD": secrets.token_urlsafe(16)}
        key = folder / "cosign"
        _cosign("generate-key-pair", "--output-key-prefix", str(key), environment=environment)
        sign = ("sign", "--key", f"{key}.key", "--tlog-upload=false", "--allow-insecure-registry", "--yes")
        _cosign(*sign, signed, environment=environment)
        _cosign("verify", "--key", f"{key}.pub", *_LOCAL, signed)
        altered_image = _alter(podman, image)
        altered = _push(altered_image, reference, folder)
        run("podman", "image", "rm", altered_image)
        for refused in (altered, reference):  # by its digest, and by the tag that now points at it
            _require_refusal("verify", "--key", f"{key}.pub", *_LOCAL, refused)
    return f"{packages} packages listed; the altered image is refused"


def _list_packages(image: str, folder: Path) -> int:
    archive, listing = folder / "image.tar", folder / "sbom.spdx.json"
    run("podman", "save", "--quiet", "--output", str(archive), image)
    run(syft_path(), "scan", f"docker-archive:{archive}", "--quiet", "--output", f"spdx-json={listing}")
    archive.unlink()
    listed = {package["name"]: package.get("versionInfo") for package in json.loads(listing.read_text())["packages"]}
    for name in ("delay-core", "pandas", "pydantic"):
        if listed.get(name) != installed_version(name):
            raise ImageError(f"the SBOM has {name} {listed.get(name)}; the image has {installed_version(name)}")
    return len(listed)


@contextmanager
def _registry(folder: Path) -> Iterator[str]:
    """The address of an empty registry of images on this machine, until the block ends."""
    port = free_port()
    folder.mkdir()
    settings = folder / "config.yml"
    settings.write_text(_REGISTRY.format(folder=folder / "data", port=port), encoding="utf-8")
    command = ["/usr/bin/docker-registry", "serve", str(settings)]
    with ServerProcess(command, folder / "log", os.environ, port) as server:
        server.wait_until_ready("/v2/")
        yield f"127.0.0.1:{port}"


def _push(image: str, reference: str, folder: Path) -> str:
    """Push the image to the registry; returns the reference with its digest."""
    digest = folder / "digest"
    run("podman", "push", "--quiet", "--tls-verify=false", f"--digestfile={digest}", image, f"docker://{reference}")
    return f"{reference.rsplit(':', 1)[0]}@{digest.read_text(encoding='utf-8').strip()}"


def _alter(podman: Podman, image: str) -> str:
    """The name of an image with the same files and another configuration."""
    altered = f"{image}-altered"
    with podman.started(image, "sleep", "60") as container:
        run("podman", "commit", "--quiet", "--change", "USER 0", container.name, altered)
    return altered


def _cosign(*arguments: str, environment: Mapping[str, str] | None = None) -> None:
    run(cosign_path(), *arguments, environment=environment)


def _require_refusal(*arguments: str) -> None:
    try:
        _cosign(*arguments)
    except ImageError as error:
        if "no signatures found" in str(error):
            return
        raise
    raise ImageError(f"cosign accepts {arguments[-1]}, which nobody signed")
