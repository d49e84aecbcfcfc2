"""The commands of the stand's parts, and the tools in its environments."""

import os
import resource
import subprocess
from collections.abc import Mapping
from pathlib import Path

from infra.stand.part import PartFailed

ROOT = Path(__file__).parents[2]
COMMAND_SECONDS = 600
MAX_LINE = 200
"""Characters of a command that a message shows."""


def tool(name: str, environment: str = ".venv-stand") -> str:
    """The path of a tool that `make test-stand` installs."""
    return str(ROOT / environment / "bin" / name)


def run_command(
    *command: str | Path, cwd: Path = ROOT, variables: Mapping[str, str] | None = None, expect_failure: bool = False
) -> str:
    """Run a command and return what it prints, both streams. Raises PartFailed if it does not end as expected."""
    words = [str(word) for word in command]
    line = " ".join([Path(words[0]).name, *words[1:]])
    line = line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}…"
    try:
        ended = subprocess.run(  # noqa: S603 - the stand's own commands
            words,
            cwd=cwd,
            env={**os.environ, **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise PartFailed(f"{words[0]} does not exist; `make test-stand` installs the tools") from error
    except subprocess.TimeoutExpired as error:
        raise PartFailed(f"`{line}` did not end within {COMMAND_SECONDS} s") from error
    if expect_failure and ended.returncode == 0:
        raise PartFailed(f"`{line}` succeeded; it should have failed\n{ended.stdout}")
    if not expect_failure and ended.returncode != 0:
        raise PartFailed(f"`{line}` failed with status {ended.returncode}\n{ended.stdout}")
    return ended.stdout


def tracked_files(*patterns: str) -> list[str]:
    """The paths that Git tracks, relative to the project; all of them, or those that match a Git pathspec."""
    return sorted(path for path in run_command("git", "ls-files", "-z", "--", *patterns).split("\0") if path)


def processor_seconds() -> float:
    """What this process and the commands that it waited for have used so far, without services that stay."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in usage)
