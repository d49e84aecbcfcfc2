"""The command `podman` of the distribution: builds and runs images without a service that stays."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAMS = {name: name for name in ("podman", "runc", "debootstrap", "docker-registry")}
"""What this package runs: the program, and the package of Debian and Ubuntu that has it."""
RUN_SECONDS = 300
BUILD_SECONDS = 3600
_LIMITS = ("--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096")
_HARDENED = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "all", "--security-opt", "no-new-privileges")  # noqa: S108


class ImageError(Exception):
    """An image that cannot be built, does not start, or is not what it should be."""


@dataclass(frozen=True)
class Podman:
    """Containers have a root that is read-only, no capability, and no network but their own loopback address."""

    def run(self, image: str, *command: str, options: Sequence[str] = ()) -> str:
        """What the command writes to standard output. Raises ImageError if it fails."""
        return run("podman", *_runtime(), "run", "--rm", *_container_options(), *options, image, *command)

    def fails(self, image: str, *command: str, options: Sequence[str] = ()) -> str:
        """The error of a command that must fail. Raises ImageError if it succeeds."""
        try:
            output = self.run(image, *command, options=options)
        except ImageError as error:
            return str(error)
        raise ImageError(f"{image}: `{' '.join(command)}` succeeds; it must fail. Output: {output}")

    @contextmanager
    def started(self, image: str, *command: str, options: Sequence[str] = ()) -> Iterator["Container"]:
        """A container that runs in the background, removed after the block."""
        name = run("podman", *_runtime(), "run", "--detach", *_container_options(), *options, image, *command)
        try:
            yield Container(name, image)
        finally:
            run("podman", "rm", "--force", "--volumes", "--time", "0", name)

    def inspect(self, image: str) -> dict[str, Any]:
        """The configuration, size and layers of an image. Raises ImageError if it does not exist."""
        description: dict[str, Any] = json.loads(run("podman", "image", "inspect", image))[0]
        return description

    def exists(self, image: str) -> bool:
        """Whether this machine has the image."""
        return subprocess.run(_command("podman", ["image", "exists", image]), check=False).returncode == 0  # noqa: S603


@dataclass(frozen=True)
class Container:
    """A running container."""

    name: str
    image: str

    def execute(self, *command: str) -> str:
        """What the command writes to standard output in the container. Raises ImageError if it fails."""
        return run("podman", "exec", self.name, *command)

    def wait_until_healthy(self, check: Sequence[str], seconds: float) -> float:
        """The seconds until `check` succeeds in the container. Raises ImageError with the log of one that ends."""
        began = time.monotonic()
        while True:
            try:
                self.execute(*check)
            except ImageError as error:
                if (
                    time.monotonic() - began > seconds
                    or run("podman", "inspect", "-f", "{{.State.Running}}", self.name) != "true"
                ):
                    raise ImageError(f"{self.image} is not healthy: {error}\n{self.log()}") from error
                time.sleep(0.2)
            else:
                return time.monotonic() - began

    def stop(self, grace_seconds: int) -> tuple[float, int]:
        """The seconds that it takes to end after SIGTERM, and its exit code; after the grace period it is killed."""
        began = time.monotonic()
        run("podman", "stop", "--time", str(grace_seconds), self.name)
        seconds = time.monotonic() - began
        return seconds, int(self._state("ExitCode"))

    def log(self) -> str:
        """The last lines of its output."""
        finished = subprocess.run(  # noqa: S603 - podman of the distribution
            _command("podman", ["logs", "--tail", "15", self.name]), capture_output=True, text=True, check=False
        )
        return (finished.stdout + finished.stderr).strip()

    def _state(self, field: str) -> str:
        return run("podman", "inspect", "--format", f"{{{{.State.{field}}}}}", self.name)


def run(
    program: str,
    *arguments: str,
    seconds: float = RUN_SECONDS,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> str:
    """What a program writes to standard output. Raises ImageError with the end of its errors if it fails."""
    command = _command(program, arguments)
    try:
        finished = subprocess.run(  # noqa: S603 - programs of the distribution
            command, capture_output=True, text=True, timeout=seconds, check=False, env=environment, cwd=folder
        )
    except subprocess.TimeoutExpired as error:
        raise ImageError(f"`{' '.join(command[:3])} …` did not end within {seconds:g} s") from error
    if finished.returncode != 0:
        details = (finished.stderr or finished.stdout).strip()[-2000:]
        raise ImageError(f"`{program} {' '.join(arguments[:2])} …` ended with {finished.returncode}: {details}")
    return finished.stdout.strip()


def install_programs(print_line: Callable[[str], None], programs: Mapping[str, str] = PROGRAMS) -> None:
    """Install programs by their packages if this user may. Raises ImageError that says what to install."""
    packages = [package for program, package in programs.items() if _find(program) is None]
    if packages and os.geteuid() == 0 and _find("apt-get"):
        print_line(f"apt-get install {' '.join(packages)}")
        run("apt-get", "--quiet", "update")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "--quiet", "--yes", "install", "--no-install-recommends", *packages, environment=quiet)
    elif packages:
        raise ImageError(f"not installed: {', '.join(packages)}; install them by the machine's package manager")


def _runtime() -> tuple[str, ...]:
    return ("--runtime", "runc")  # crun of Debian 12 refuses control groups of both versions


def _container_options() -> tuple[str, ...]:
    # Without systemd, podman has no timer for health checks; `wait_until_healthy` runs them.
    return ("--network", "none", "--no-healthcheck", *_LIMITS, *_HARDENED)


def _command(program: str, arguments: Iterable[str]) -> list[str]:
    path = _find(program)
    if path is None:
        raise ImageError(f"{program} is not installed; install it: apt-get install {PROGRAMS.get(program, program)}")
    return [path, *arguments]


def _find(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
