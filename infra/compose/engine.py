"""The Docker engine of this machine, and its command `docker compose`."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from delay_core.errors import StoreError

FILE = Path(__file__).parents[1] / "compose.yaml"
ANSWER_SECONDS = 10
START_SECONDS = 900
"""For `up`: images may be pulled and built."""


def engine_problem() -> str | None:
    """Why no container can be started here; None if an engine answers."""
    docker = shutil.which("docker")
    if docker is None:
        return "the command docker is not installed"
    for arguments, lacking in (
        (("info", "--format", "{{.ServerVersion}}"), "no Docker engine answers"),
        (("compose", "version", "--short"), "docker has no plugin compose"),
    ):
        try:
            ended = subprocess.run(  # noqa: S603 - docker of this machine
                [docker, *arguments], capture_output=True, timeout=ANSWER_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return f"{lacking} within {ANSWER_SECONDS} s"
        if ended.returncode != 0:
            return lacking
    return None


@dataclass(frozen=True)
class Compose:
    """`docker compose` on `infra/compose.yaml`, with the variables that the file reads."""

    variables: Mapping[str, str]
    command: Sequence[str] = ("docker", "compose")

    def up(self, services: Sequence[str], *options: str) -> None:
        """Start the services and those that they need, and wait until all are healthy. Raises StoreError."""
        self._run("up", "--detach", "--wait", "--wait-timeout", str(START_SECONDS), *options, *services)

    def stop(self, services: Sequence[str]) -> None:
        """Stop the services alone. Raises StoreError."""
        self._run("stop", *services)

    def down(self) -> None:
        """Stop and remove every container; data stay in their folders. Raises StoreError."""
        self._run("down")

    def _run(self, *arguments: str) -> None:
        command = [*self.command, "--file", str(FILE), *arguments]
        ended = subprocess.run(command, env={**os.environ, **self.variables}, check=False)  # noqa: S603 - docker
        if ended.returncode != 0:
            raise StoreError(f"`docker compose {arguments[0]}` ended with {ended.returncode}; its messages are above")
