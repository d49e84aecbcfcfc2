"""The `terraform` command on a stack, with its working files outside the source tree."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from delay_core.errors import StoreError

FOLDER = Path(__file__).parent
DRIFT = 2
"""The exit status of a plan that would change something."""

_PROVIDER = "registry.terraform.io/hashicorp/aws"
_MIRRORS = "/opt/*"
"""Where administrators unpack provider mirrors, besides the folders that Terraform searches itself."""
_GARBAGE_COLLECTION = "1000"
"""Percent. Reading the provider's schema makes much garbage: collecting it less often saves a third of the time."""


class Terraform:
    """One stack or module: its source folder, and a folder of its own for plugins and configuration.

    The versions and hashes of the committed lock file hold: no command changes that file.
    """

    def __init__(self, source: Path, work: Path, variables: Mapping[str, str] | None = None) -> None:
        """`variables` are input variables of the stack."""
        self._source = source
        self._work = work.absolute()
        self._variables = {f"TF_VAR_{name}": value for name, value in (variables or {}).items()}

    def init(self, *options: str) -> None:
        """Install the provider, and configure the backend by the options. Raises StoreError."""
        self.run("init", "-lockfile=readonly", *options)

    def apply(self) -> None:
        """Create, change and delete what differs. Raises StoreError."""
        self.run("apply", "-auto-approve")

    def destroy(self) -> None:
        """Delete everything that the stack created. Raises StoreError."""
        self.run("destroy", "-auto-approve")

    def drift(self) -> str | None:
        """The changes that `apply` would make; None if there are none. Raises StoreError."""
        ended = self._start("plan", "-detailed-exitcode", "-lock=false")
        if ended.returncode == DRIFT:
            return ended.stdout
        return self._output(ended) and None

    def run(self, command: str, *options: str) -> str:
        """The output of a command. Raises StoreError with that output if the command fails."""
        return self._output(self._start(command, *options))

    def _output(self, ended: "subprocess.CompletedProcess[str]") -> str:
        if ended.returncode:
            raise StoreError(f"{' '.join(ended.args)} failed in {self._source}:\n{ended.stdout.strip()}")
        return ended.stdout

    def _start(self, command: str, *options: str) -> "subprocess.CompletedProcess[str]":
        program = shutil.which("terraform")
        if program is None:
            raise StoreError("terraform is not on PATH; install Terraform 1.10 or later")
        self._work.mkdir(parents=True, exist_ok=True)
        interactive = () if command in ("test", "validate", "fmt", "output") else ("-input=false",)
        words = [program, command, "-no-color", *interactive, *options]
        return subprocess.run(  # noqa: S603 - Terraform, on our own stacks
            words,
            cwd=self._source,
            env=self._environment(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    def _environment(self) -> dict[str, str]:
        environment = {"GOGC": _GARBAGE_COLLECTION, **os.environ, **self._variables}
        environment |= {"TF_DATA_DIR": str(self._work / "data"), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        if not Path(environment.get("TF_CLI_CONFIG_FILE", "")).is_file():
            environment.pop("TF_CLI_CONFIG_FILE", None)
            if mirror := _mirror():
                configuration = self._work / "terraform.rc"
                configuration.write_text(_mirror_configuration(mirror), "utf-8")
                environment["TF_CLI_CONFIG_FILE"] = str(configuration)
        return environment


def _mirror() -> Path | None:
    """A folder of this machine that has the provider, so that it is not downloaded."""
    base = Path(_MIRRORS)
    return next((folder for folder in sorted(base.parent.glob(base.name)) if (folder / _PROVIDER).is_dir()), None)


def _mirror_configuration(mirror: Path) -> str:
    return f"""provider_installation {{
  filesystem_mirror {{
    path    = "{mirror}"
    include = ["{_PROVIDER}"]
  }}
  direct {{
    exclude = ["{_PROVIDER}"]
  }}
}}
"""
