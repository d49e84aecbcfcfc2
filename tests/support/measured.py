"""Which processes of a run are traced for coverage: tracing doubles the time of Python.

Those of the product are, `delay`, its API and their child processes. Not traced are servers of others, processes that
are forked to be killed, and servers of the API in tests under load or of many starts: other tests run the same code.
"""

import os
from collections.abc import Mapping

_VARIABLES = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
_withheld: dict[str, str] = {}

UNMEASURED: Mapping[str, str] = dict.fromkeys(_VARIABLES, "")
"""Variables of a process of the product that is not to be traced."""


def withhold() -> None:
    """Take the variables by which coverage follows child processes out of this process's environment."""
    _withheld.update({name: os.environ.pop(name) for name in _VARIABLES if name in os.environ})


def measured_variables() -> Mapping[str, str]:
    """Variables of a process that is to be traced where this one is."""
    return dict(_withheld)
