"""A base image of this machine's distribution, where no registry of images can be reached."""

import os
import tarfile
import tempfile
from pathlib import Path

from infra.images.podman import ImageError, Podman, run

RELEASE = "bookworm"
NAME = f"localhost/delay-base:{RELEASE}"
_PACKAGES = "python3,python3-venv,ca-certificates"
_UNUSED = ("var/cache/apt/archives", "var/lib/apt/lists", "var/log", "usr/share/doc", "usr/share/man")


def cache_folder() -> Path:
    """Where base images and results stay between runs, outside the clone."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(home) / "delay-core" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def ensure_base_image(podman: Podman) -> str:
    """The name of Debian's minimal system with Python: made once, by debootstrap, as root. Raises ImageError."""
    if not podman.exists(NAME):
        archive = cache_folder() / f"base-{RELEASE}.tar"
        if not archive.is_file():
            _bootstrap(archive)
        run("podman", "import", "--quiet", str(archive), NAME)
    return NAME


def _bootstrap(archive: Path) -> None:
    if os.geteuid() != 0:
        raise ImageError("debootstrap needs root: run this command as root, or name an image by BASE_IMAGE")
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        root = Path(folder) / "root"
        run("debootstrap", "--variant=minbase", f"--include={_PACKAGES}", RELEASE, str(root), seconds=1800)
        partial = Path(folder) / "base.tar"
        with tarfile.open(partial, "w") as tar:
            tar.add(root, arcname=".", filter=_without_unused)
        partial.replace(archive)


def _without_unused(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Folders stay; the files in those of packages and documentation do not."""
    path = member.name.removeprefix("./")
    return None if not member.isdir() and path.startswith(_UNUSED) else member
