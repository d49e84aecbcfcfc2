"""Images for amd64 and arm64, built by Docker's buildx, with SBOM and provenance where they are published."""

import json
import subprocess
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from infra.cd.errors import DeliveryError
from infra.cd.kustomization import DeployedImage

PLATFORMS = ("linux/amd64", "linux/arm64")


def build_images(root: Path, images: Sequence[DeployedImage], tag: str, publish: bool) -> dict[str, str]:
    """Build each image; the digests of those that are published, by target of the Dockerfile."""
    return {target_of(image): _build(root, image, tag, publish) for image in images}


def target_of(image: DeployedImage) -> str:
    """The target of the Dockerfile: `api` for the image `delay-api`."""
    return image.name.removeprefix("delay-")


def build_command(root: Path, image: DeployedImage, tag: str, publish: bool, metadata: Path) -> list[str]:
    """The command that builds one image."""
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    attested = ["--push", "--sbom=true", "--provenance=mode=max", f"--metadata-file={metadata}"]
    return [
        *("docker", "buildx", "build", f"--platform={','.join(PLATFORMS)}", "--file=infra/images/Dockerfile"),
        *(f"--target={target_of(image)}", f"--tag={image.published_name}:{tag}"),
        *(f"--build-arg=VERSION={version}", f"--build-arg=REVISION={tag}"),
        *(attested if publish else ["--output=type=cacheonly"]),
        ".",
    ]


def _build(root: Path, image: DeployedImage, tag: str, publish: bool) -> str:
    with tempfile.TemporaryDirectory() as folder:
        metadata = Path(folder) / "metadata.json"
        command = build_command(root, image, tag, publish, metadata)
        if subprocess.run(command, cwd=root, check=False).returncode != 0:  # noqa: S603 - our own command
            raise DeliveryError(f"the image {image.name} was not built; see the output of docker above")
        return str(json.loads(metadata.read_text("utf-8"))["containerimage.digest"]) if publish else ""
