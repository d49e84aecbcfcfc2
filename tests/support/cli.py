"""The product as its users run it: the `delay` command with its data in a new folder."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.in_process import run_in_process

Completed = subprocess.CompletedProcess[str]

DELAY = Path(sys.executable).with_name("delay")
_SETTINGS = ("DELAY_", "MLFLOW_", "MODEL_", "AWS_")
FEW = "4"
"""Trials of a search: enough for every family."""
ONE_TRIAL = {"DELAY_TRIALS": "1"}
"""The shortest search, for tests that do not depend on its result."""
SMALL = "simulator://smart_logistics?rows=3000&seed=11"


@dataclass(frozen=True)
class Delay:
    """`delay` with its data in one folder and the settings in `variables`, without the settings of the machine.

    A call runs the command in this process, with the state of a new process, and saves seconds of imports.
    """

    data: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the command."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
        settings = {"DELAY_DATA": str(self.data), "DELAY_TRIALS": FEW, "COLUMNS": "140"}
        return {**own, **settings, **self.variables}

    def __call__(self, *arguments: object, expect: int = 0, cwd: Path | None = None) -> Completed:
        return _checked(run_in_process(command_line(arguments), self.environment, cwd), expect)

    def process(self, *arguments: object, expect: int = 0, cwd: Path | None = None) -> Completed:
        """Run the command as a process."""
        completed = subprocess.run(
            command_line(arguments), env=self.environment, capture_output=True, text=True, check=False, cwd=cwd
        )
        return _checked(completed, expect)

    def json(self, *arguments: object) -> Any:
        """The command's JSON."""
        return json.loads(self(*arguments, "--json").stdout)

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Start the command as a process, which the test may kill."""
        return subprocess.Popen(
            command_line(arguments),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )


def command_line(arguments: Iterable[object]) -> list[str]:
    """The command line of `delay`."""
    return [str(DELAY), *map(str, arguments)]


def _checked(completed: Completed, expect: int) -> Completed:
    output = f"{completed.stdout}\n{completed.stderr}"
    assert completed.returncode == expect, f"exit code {completed.returncode}\n{output}"
    assert "Traceback" not in completed.stderr
    return completed
