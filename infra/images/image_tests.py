"""Builds images, starts them, and checks them; remembers on this machine which inputs passed."""

import os
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TypeVar

from infra.images.base_image import cache_folder, ensure_base_image
from infra.images.image_build import IMAGES, Image, build_image
from infra.images.image_checks import check_image, check_reproducible
from infra.images.podman import ImageError, Podman, install_programs, run
from infra.images.serving_check import check_serving, check_user_interface, give_to_user, train_here, train_in_image
from infra.images.signatures import check_signatures

PrintLine = Callable[[str], None]
Result = TypeVar("Result")


class ImageTests:
    """Each step is one printed line with its seconds. Methods raise ImageError at the first rule that is broken."""

    def __init__(self, print_line: PrintLine) -> None:
        self._print_line = print_line
        self._podman = Podman()
        self._version = installed_version("delay-core")
        self._base = ""

    def build(self, names: Iterable[str]) -> dict[str, str]:
        """Build the images; returns the full name of each."""
        install_programs(self._print_line)
        self._base = os.environ.get("BASE_IMAGE") or ""
        if not self._base:
            self._base = self._timed("base image", partial(ensure_base_image, self._podman))
        return {
            name: self._timed(f"{name}: build", partial(build_image, IMAGES[name], self._base, self._version))
            for name in names
        }

    def run(self, names: Iterable[str], *, only_changed: bool = False, twice: bool = False) -> None:
        """Build and check the images; with `only_changed`, those whose inputs did not pass here before."""
        images = [IMAGES[name] for name in names]
        if only_changed:
            images = [image for image in images if _passed_digest(image) != image.input_digest]
        if not images:
            self._print_line("images: passed on this machine before, and nothing changed since")
            return
        digests = {image.name: image.input_digest for image in images}
        built = self.build(digests)
        with tempfile.TemporaryDirectory(prefix="delay-images-") as folder:
            for image in images:
                self._check(image, built[image.name])
                if twice:
                    self._timed(f"{image.name}: built twice", partial(self._build_twice, image, built[image.name]))
                if image.input_digest != digests[image.name]:
                    raise ImageError(f"{image.name}: its source files changed while it was tested; repeat the test")
            self._start(built, Path(folder))
            signed = next(iter(built.values()))
            self._timed("signature and SBOM", partial(check_signatures, self._podman, signed, Path(folder)))
        for name, digest in digests.items():
            _record(name).write_text(digest, encoding="utf-8")

    def _check(self, image: Image, name: str) -> None:
        check = partial(check_image, self._podman, image, name, self._base, self._version)
        self._timed(f"{image.name}: contents", check)

    def _build_twice(self, image: Image, name: str) -> str:
        before = image.input_digest
        again = build_image(image, self._base, self._version, cached=False, tag="again")
        if image.input_digest != before:
            raise ImageError("its source files changed between the two builds; repeat the test")
        check_reproducible(self._podman, name, again)
        run("podman", "image", "rm", again)
        return "the same layers"

    def _start(self, built: dict[str, str], folder: Path) -> None:
        """The API serves what the image `train` trained, or this environment if that image is not tested."""
        data, keys = folder / "data", folder / "keys"
        folder.chmod(0o755)
        for path in (data, keys):
            path.mkdir(mode=0o700)
            give_to_user(path)
        if "train" in built:
            self._timed("train: pipeline", partial(train_in_image, self._podman, built["train"], data))
        if "api" in built:
            if "train" not in built:
                self._timed("model for the API", partial(train_here, data))
            self._timed("api: serving", partial(check_serving, self._podman, built["api"], data, keys))
        if "ui" in built:
            self._timed("ui: serving", partial(check_user_interface, self._podman, built["ui"]))

    def _timed(self, step: str, function: Callable[[], Result]) -> Result:
        began = time.monotonic()
        try:
            result = function()
        except ImageError as error:
            raise ImageError(f"{step}: {error}") from error
        details = f"  {result}" if isinstance(result, str) else ""
        self._print_line(f"{step:<22} {time.monotonic() - began:6.1f} s{details}")
        return result


def _record(name: str) -> Path:
    return cache_folder() / f"{name}.passed"


def _passed_digest(image: Image) -> str:
    record = _record(image.name)
    return record.read_text(encoding="utf-8") if record.is_file() else ""
