"""What is measured for coverage: tracing doubles the time of Python, so only what nothing cheaper covers is traced.

Of the processes that tests start, those of the product are traced: `delay` and its API. Servers of others are not, nor
processes that are killed, nor a search of models in the test's own process.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from coverage import Coverage

_VARIABLES = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
_withheld: dict[str, str] = {}

UNMEASURED: Mapping[str, str] = dict.fromkeys(_VARIABLES, "")
"""Variables of a process that is not to be traced."""


def withhold() -> None:
    """Take the variables by which coverage follows child processes out of this process's environment."""
    _withheld.update({name: os.environ.pop(name) for name in _VARIABLES if name in os.environ})


def measured_variables() -> Mapping[str, str]:
    """Variables of a process that is to be traced where this one is."""
    return dict(_withheld)


@contextmanager
def unmeasured() -> Iterator[None]:
    """Within, nothing of this process is traced."""
    current = Coverage.current()
    if current is None:
        yield
        return
    current.stop()
    try:
        yield
    finally:
        current.start()
        withhold()
