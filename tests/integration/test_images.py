"""The Dockerfile of `infra/images` and the locks of its images."""

import re
from pathlib import Path

import pytest

from infra.images.image_build import IMAGES, SOURCE_DATE_EPOCH

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "infra/images/Dockerfile").read_text("utf-8")
STAGES = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]


def pins(lock: Path) -> dict[str, set[str]]:
    """The versions of each package, with their hashes."""
    packages: dict[str, set[str]] = {}
    name = ""
    for line in lock.read_text("utf-8").splitlines():
        if match := re.match(r"([a-z0-9.-]+)==(\S+)", line):
            name = match[1]
            packages.setdefault(name, set()).add(match[2])
        elif "--hash=" in line:
            packages[name].add(line.split("--hash=")[1].rstrip(" \\"))
    return packages


LOCKED = pins(ROOT / "requirements.lock")


@pytest.mark.parametrize("name", [*IMAGES, "build"])
def test_lock__has_the_versions_and_hashes_of_the_whole_lock(name):
    for package, versions in pins(ROOT / f"infra/images/{name}.lock").items():
        assert versions <= LOCKED[package], f"{package}: run make lock"


@pytest.mark.parametrize("image", IMAGES.values(), ids=IMAGES)
def test_lock__has_no_package_that_the_image_must_not_contain(image):
    absent = {"scikit-learn" if name == "sklearn" else name for name in image.absent}
    absent |= {"apache-airflow"} if "airflow" in absent else set()
    assert not absent & set(pins(image.lock))


@pytest.mark.parametrize("name", IMAGES)
def test_stage__is_checked_by_a_command_and_runs_as_a_numeric_user(name):
    [runtime] = [stage for stage in STAGES if " AS runtime\n" in stage]
    [stage] = [stage for stage in STAGES if stage.startswith(f"runtime AS {name}\n")]
    assert "USER 10001:10001" in runtime
    assert "HEALTHCHECK" in stage
    assert "RUN" not in stage, "an image has the files of its packages, and no other"


def test_time_of_files__is_the_same_for_podman_and_the_dockerfile():
    assert f"SOURCE_DATE_EPOCH={SOURCE_DATE_EPOCH} " in DOCKERFILE


def test_inputs__change_the_digest(monkeypatch):
    image = IMAGES["api"]
    before = image.input_digest
    assert before == image.input_digest != IMAGES["train"].input_digest
    monkeypatch.setattr("infra.images.image_build.DOCKERFILE", ROOT / "infra/images/install.sh")
    assert image.input_digest != before
