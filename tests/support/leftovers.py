"""A pytest plugin: processes that outlive the run fail it, and are ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from infra.local.waiting import wait_until
from support import run, run_watch
from support.run_watch import processes_of

GRACE_SECONDS = 10
"""For those that are about to end by themselves, as when the pipe of their parent closes."""
_MARK = f"{run.NAME}={os.environ[run.NAME]}"
_WATCH = pytest.StashKey["subprocess.Popen[bytes]"]()
_LEFT = pytest.StashKey[dict[int, str]]()


_HELPERS = ("multiprocessing.forkserver", "multiprocessing.resource_tracker")
"""Of this very process: they end when it does."""


def leftovers() -> dict[int, str]:
    """The processes of this run that live, but for this one, those above it, and its own helpers: id and command."""
    above = set(_ancestors(os.getpid()))
    return {
        pid: command
        for pid, command in processes_of(_MARK, str(run.FOLDER))
        if pid not in above and not (any(name in command for name in _HELPERS) and _parent(pid) == os.getpid())
    }


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the program that ends everything when this process is killed and cannot."""
    if not run.owns_run:
        return
    unmarked = {name: value for name, value in os.environ.items() if name != run.NAME}
    program = [sys.executable, "-S", run_watch.__file__]
    watch = subprocess.Popen(program, stdin=subprocess.PIPE, env=unmarked, start_new_session=True)
    assert watch.stdin is not None
    watch.stdin.write(f"{_MARK}\n{run.FOLDER}\n".encode())
    watch.stdin.flush()
    session.config.stash[_WATCH] = watch


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """End what the tests share; when the last process of the run is here, look for what is left."""
    run.end_run()
    if not run.owns_run:
        return
    with suppress(TimeoutError):
        wait_until(lambda: not leftovers(), GRACE_SECONDS)
    session.config.stash[_LEFT] = left = leftovers()
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    session.config.stash[_WATCH].communicate()
    if left:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name them."""
    for pid, command in config.stash.get(_LEFT, {}).items():
        terminalreporter.write_line(f"FAILED: process {pid} outlived the run and was killed: {command}", red=True)


def _ancestors(pid: int) -> Iterator[int]:
    while pid:
        yield pid
        pid = _parent(pid)


def _parent(pid: int) -> int:
    """0 where there is none, or no such process any more."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
