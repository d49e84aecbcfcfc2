"""The three images, and how each is built."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from infra.images.podman import BUILD_SECONDS, run

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
DOCKERFILE = FOLDER / "Dockerfile"
SOURCE_DATE_EPOCH = 1_577_836_800
"""The time of every file and layer, so that two builds of one commit have one digest. The Dockerfile has it too."""
_REGISTRY_VARIABLES = ("PIP_CERT", "PIP_INDEX_URL", "SSL_CERT_FILE", "UV_DEFAULT_INDEX", "UV_INDEX_URL")
_CERTIFICATES = ("PIP_CERT", "SSL_CERT_FILE")
_SHARED_INPUTS = ("pyproject.toml", "requirements-uv.lock", "README.md", "LICENSE", "migrations", "src")


@dataclass(frozen=True)
class Image:
    """One target of the Dockerfile."""

    name: str
    max_mb: int
    """Without the base image, unpacked."""
    absent: tuple[str, ...]
    """Python packages that it must not contain."""
    modules: tuple[str, ...]
    """Modules whose import shows that nothing is missing that `install.sh` removes."""

    @property
    def lock(self) -> Path:
        """Its packages."""
        return FOLDER / f"{self.name}.lock"

    @property
    def input_digest(self) -> str:
        """A digest of every file that the image is built from."""
        inputs = [DOCKERFILE, FOLDER / "install.sh", FOLDER / "build.lock", self.lock]
        for path in (ROOT / name for name in _SHARED_INPUTS):
            inputs += [path] if path.is_file() else sorted(path.rglob("*"))
        digest = sha256()
        for path in inputs:
            if path.is_file() and "__pycache__" not in path.parts and ".egg-info" not in str(path):
                digest.update(f"{path.relative_to(ROOT)}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
        return digest.hexdigest()


_TEST_TOOLS = ("pytest", "hypothesis", "moto", "mypy", "playwright", "xdist")
_TABLES = ("pandas", "pyarrow.parquet", "pyarrow.dataset")
IMAGES: Mapping[str, Image] = {
    image.name: image
    for image in (
        Image("api", 450, ("sklearn", "mlflow", "airflow", "matplotlib", *_TEST_TOOLS), (*_TABLES, "onnxruntime")),
        Image("ui", 500, ("sklearn", "mlflow", "airflow", *_TEST_TOOLS), (*_TABLES, "streamlit")),
        Image("train", 1600, _TEST_TOOLS, (*_TABLES, "mlflow.pyfunc", "airflow.sdk", "sklearn.ensemble", "skl2onnx")),
    )
}


def build_image(image: Image, base: str, version: str, *, cached: bool = True, tag: str | None = None) -> str:
    """Build an image and return its name. Raises ImageError."""
    name = f"localhost/delay-{image.name}:{tag or version}"
    environment = {name: value for name in _REGISTRY_VARIABLES if (value := os.environ.get(name))}
    with tempfile.NamedTemporaryFile("w", prefix="registry-") as registry:
        registry.writelines(f"{variable}='{value}'\n" for variable, value in environment.items())
        registry.flush()
        run(
            "podman",
            *("build", "--quiet", "--format", "docker", "--network", "host", "--isolation", "chroot"),
            *("--timestamp", str(SOURCE_DATE_EPOCH), "--ignorefile", str(DOCKERFILE.with_suffix(".dockerignore"))),
            *("--secret", f"id=registry,src={registry.name}", *_certificate_mounts(environment)),
            *("--build-arg", f"BASE_IMAGE={base}", "--build-arg", f"VERSION={version}"),
            *("--build-arg", f"REVISION={revision()}", "--target", image.name, "--tag", name),
            *(() if cached else ("--no-cache",)),
            *("--file", str(DOCKERFILE), str(ROOT)),
            seconds=BUILD_SECONDS,
        )
    return name


def revision() -> str:
    """The commit of this folder; `unknown` outside a repository."""
    command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - git of the machine
    return finished.stdout.strip() or "unknown"


def _certificate_mounts(environment: Mapping[str, str]) -> list[str]:
    """Options that show the build the certificates of this machine under their own paths."""
    files = {environment[name] for name in _CERTIFICATES if name in environment}
    return [option for file in sorted(files) for option in ("--volume", f"{file}:{file}:ro")]
