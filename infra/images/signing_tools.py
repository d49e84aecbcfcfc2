"""Where `cosign` and `syft` are: on the PATH, or fetched by the clients of this machine's package registries."""

import shutil
import tempfile
from pathlib import Path

from infra.images.base_image import cache_folder
from infra.images.image_build import ROOT
from infra.images.podman import ImageError, run

_RELEASE = "trixie"
"""The first release of Debian that has cosign; its program is static but for libc, and runs on the one before."""


def syft_path() -> str:
    """The program that lists the packages of an image. Raises ImageError."""
    stand = ROOT / ".venv-stand" / "bin" / "syft"
    path = shutil.which("syft") or (str(stand) if stand.is_file() else None)
    if path is None:
        raise ImageError("syft is not installed: `make test-stand` installs it into .venv-stand")
    return path


def cosign_path() -> str:
    """The program that signs; fetched once from Debian's next release if it is not on the PATH. Raises ImageError."""
    cached = cache_folder() / "cosign"
    path = shutil.which("cosign")
    if path is None and not cached.is_file():
        _fetch_cosign(cached)
    return path or str(cached)


def _fetch_cosign(target: Path) -> None:
    """Download the package by apt with lists of its own, and take the program out of it: nothing is installed."""
    site = _site()
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        folder = Path(name)
        for part in ("lists/partial", "cache/archives/partial", "download", "package"):
            (folder / part).mkdir(parents=True)
        (folder / "status").touch()
        (folder / "sources.list").write_text(f"deb {site} {_RELEASE} main\n", encoding="utf-8")
        options = [
            *("-o", f"Dir::Etc::sourcelist={folder / 'sources.list'}", "-o", "Dir::Etc::sourceparts=/dev/null"),
            *("-o", f"Dir::State::lists={folder / 'lists'}", "-o", f"Dir::Cache={folder / 'cache'}"),
            *("-o", f"Dir::State::status={folder / 'status'}", "-o", "APT::Sandbox::User=root"),
        ]
        run("apt-get", *options, "--quiet", "update")
        run("apt-get", *options, "--quiet", "download", "cosign", folder=folder / "download")
        package = next((folder / "download").glob("cosign_*.deb"))
        run("dpkg-deb", "--extract", str(package), str(folder / "package"))
        (folder / "package" / "usr" / "bin" / "cosign").replace(target)


def _site() -> str:
    """The mirror of Debian that this machine uses."""
    sites = run("apt-get", "indextargets", "--format", "$(SITE)", "Label: Debian", "Created-By: Packages")
    if not sites:
        raise ImageError("cosign is not installed, and apt has no sources of Debian: install cosign")
    return sites.splitlines()[0]
