"""Which processes and tests of a run are traced for coverage: tracing adds half to the time of Python.

Not traced are servers of others, processes that are forked to be killed, servers of the API in tests under load or of
many starts, and the tests of users' sessions that repeat what other tests run (`tests/e2e/conftest.py`).
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

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


@contextmanager
def paused(config: pytest.Config) -> Iterator[None]:
    """Trace neither this process nor those that it starts."""
    plugin = config.pluginmanager.getplugin("_cov")
    controller = plugin and plugin.cov_controller
    if controller is None:
        yield
        return
    variables = dict(_withheld)
    _withheld.clear()
    controller.pause()
    try:
        yield
    finally:
        controller.resume()
        withhold()  # which coverage has set again
        _withheld.update(variables)
