"""The product as its users run it: the `delay` command, in a folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DELAY = Path(sys.executable).with_name("delay")
_SETTINGS = ("DELAY_", "MLFLOW_", "MODEL_", "AWS_")
FEW = "4"
"""Trials of a search: enough for every family."""
SMALL = "simulator://smart_logistics?rows=3000&seed=11"


@dataclass(frozen=True)
class Delay:
    """`delay` with its data in one folder, and nothing of the machine's own settings but what `variables` says."""

    data: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self):
        own = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
        return {**own, "DELAY_DATA": str(self.data), "DELAY_TRIALS": FEW, "COLUMNS": "140", **self.variables}

    def __call__(self, *arguments, expect=0, cwd=None):
        command = [str(DELAY), *map(str, arguments)]
        ended = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, cwd=cwd)
        assert ended.returncode == expect, f"exit code {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
        assert "Traceback" not in ended.stderr
        return ended

    def json(self, *arguments):
        return json.loads(self(*arguments, "--json").stdout)

    def start(self, *arguments):
        command = [str(DELAY), *map(str, arguments)]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
        )
