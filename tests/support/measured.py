"""Which child processes of a test run are measured for coverage, too: those that set MEASURED in their environment.

SlipCover instruments a module when it is imported, which costs seconds in a process that starts. Therefore only a few
processes are measured, whose code no test runs in its own process.
"""

import os
from collections.abc import Mapping
from pathlib import Path

_HOOK = Path(__file__).with_name("measured_process")

MEASURED: Mapping[str, str] = {"PYTHONPATH": str(_HOOK)} if "SLIPCOVER_COVERAGE_DIR" in os.environ else {}
"""Variables of a process that is to be measured if this one is."""
