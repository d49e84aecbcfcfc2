"""`python -m infra.dvc COMMAND …`: a command of DVC, in its own environment; one at a time."""

import os
import subprocess
import sys
from pathlib import Path

from infra.local.private_files import exclusive_lock

_DVC = Path(__file__).parents[2] / ".venv-dvc" / "bin" / "dvc"
_LOCK = Path(".dvc") / "tmp" / "delay.lock"


def main() -> int:
    """The exit status is that of DVC.

    DVC refuses to run a stage while another command runs it. Here the second command waits, and then has nothing to do.
    """
    _LOCK.parent.mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])  # for the stages' `python`
    with exclusive_lock(_LOCK):
        command = [str(_DVC), *sys.argv[1:]]
        return subprocess.run(command, env={**os.environ, "PATH": path}, check=False).returncode  # noqa: S603 - DVC


if __name__ == "__main__":
    sys.exit(main())
