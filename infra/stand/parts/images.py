"""The image of the API: built, started and signed for real, if its inputs changed since they passed on this machine."""

from pathlib import Path

from infra.images.image_tests import ImageTests
from infra.images.podman import ImageError
from infra.stand.part import PartFailed

IMAGES = ("api",)
"""`make images-test` checks all: the others take minutes."""


def run(_folder: Path) -> str:
    """Its lines are those of `make images-test IMAGES=api`."""
    lines: list[str] = []
    try:
        ImageTests(lines.append).run(IMAGES, only_changed=True)
    except ImageError as error:
        raise PartFailed("\n".join([*lines, str(error)])) from error
    return "\n".join(["", *lines] if len(lines) > 1 else lines)
