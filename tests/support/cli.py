"""The product as its users run it: the `delay` command, in a folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from support.in_process import run_in_process
from support.measured import measured_variables

DELAY = Path(sys.executable).with_name("delay")
_SETTINGS = ("DELAY_", "MLFLOW_", "MODEL_", "AWS_")
FEW = "4"
"""Trials of a search: enough for every family."""
ONE_TRIAL = {"DELAY_TRIALS": "1"}
"""The shortest search, for tests to which it does not matter what is found."""
SMALL = "simulator://smart_logistics?rows=3000&seed=11"


@dataclass(frozen=True)
class Delay:
    """`delay` with its data in one folder, and nothing of the machine's own settings but what `variables` says.

    Called, it runs in this process, with a fresh process's state: seconds of imports are spared.
    """

    data: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self):
        own = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
        settings = {"DELAY_DATA": str(self.data), "DELAY_TRIALS": FEW, "COLUMNS": "140"}
        return {**own, **measured_variables(), **settings, **self.variables}

    def __call__(self, *arguments, expect=0, cwd=None):
        return _checked(run_in_process(command_line(arguments), self.environment, cwd), expect)

    def process(self, *arguments, expect=0, cwd=None):
        """The same as a process of its own."""
        ended = subprocess.run(
            command_line(arguments), env=self.environment, capture_output=True, text=True, check=False, cwd=cwd
        )
        return _checked(ended, expect)

    def json(self, *arguments):
        return json.loads(self(*arguments, "--json").stdout)

    def start(self, *arguments):
        """A process of its own that runs until it ends or is killed."""
        return subprocess.Popen(
            command_line(arguments),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )


def command_line(arguments):
    """What a shell would run."""
    return [str(DELAY), *map(str, arguments)]


def _checked(ended, expect):
    assert ended.returncode == expect, f"exit code {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
    assert "Traceback" not in ended.stderr
    return ended
