"""What every image must be: small, without tools, run by a user without rights on a root that is read-only."""

import json

from infra.images.image_build import Image
from infra.images.podman import ImageError, Podman

USER = 10001
_PROGRAMS = ("gcc", "g++", "cc", "make", "ld", "git", "curl", "pytest", "uv")
_LABELS = ("title", "description", "version", "revision", "licenses", "vendor")
_ABSENT_MODULES = """
import importlib.util, json, sys
print(json.dumps([name for name in sys.argv[1:] if importlib.util.find_spec(name)]))
"""


def check_image(podman: Podman, image: Image, name: str, base: str, version: str) -> str:
    """Check a built image and return its size as text. Raises ImageError with the first rule that it breaks."""
    printed = podman.run(name, "delay", "--version")
    _require(printed == version, f"`delay --version` prints {printed}; the tag of the image is {version}")
    _check_configuration(podman, name, version)
    user = podman.run(name, "id", "-u")
    _require(user == str(USER), f"the user is {user}; it must be {USER}")
    for folder in ("/", "/opt/delay", "/data/.."):
        podman.fails(name, "touch", f"{folder}/file")
    podman.run(name, "touch", "/tmp/file")  # noqa: S108 - of the container
    programs = podman.run(name, "sh", "-c", f"for name in {' '.join(_PROGRAMS)}; do command -v $name; done; true")
    _require(not programs, f"the image contains {programs.split()}")
    present = json.loads(podman.run(name, "python3", "-c", _ABSENT_MODULES, *image.absent))
    _require(not present, f"the image contains the Python packages {present}")
    podman.run(name, "python3", "-W", "ignore", "-c", "; ".join(f"import {module}" for module in image.modules))
    return _check_size(podman, image, name, base)


def health_command(podman: Podman, name: str) -> list[str]:
    """The command of the image's HEALTHCHECK. Raises ImageError if it has none."""
    test = (podman.inspect(name).get("Healthcheck") or {}).get("Test") or []
    _require(test[:1] == ["CMD"], f"the image has no HEALTHCHECK with a command as a list: {test}")
    return list(test[1:])


def check_reproducible(podman: Podman, name: str, again: str) -> None:
    """Raises ImageError if the second build, `again`, has other layers."""
    first, second = (podman.inspect(each)["RootFS"]["Layers"] for each in (name, again))
    different = [index for index, (one, two) in enumerate(zip(first, second, strict=True)) if one != two]
    _require(not different, f"two builds differ in the layers {different} of {len(first)}")


def _check_configuration(podman: Podman, name: str, version: str) -> None:
    configuration = podman.inspect(name)["Config"]
    labels = {label: configuration["Labels"].get(f"org.opencontainers.image.{label}") for label in _LABELS}
    missing = [label for label, value in labels.items() if not value]
    _require(not missing, f"the OCI labels {missing} are missing or empty")
    _require(labels["version"] == version, f"the label `version` is {labels['version']}; it must be {version}")
    _require(configuration["User"] == f"{USER}:{USER}", f"USER is {configuration['User']!r}; it must be numeric")
    health_command(podman, name)


def _check_size(podman: Podman, image: Image, name: str, base: str) -> str:
    megabytes = round((podman.inspect(name)["Size"] - podman.inspect(base)["Size"]) / 1e6)
    text = f"{megabytes} MB of {image.max_mb}, without the base"
    _require(megabytes <= image.max_mb, f"the image is too large: {text}")
    return text


def _require(condition: object, message: str) -> None:
    if not condition:
        raise ImageError(message)
