"""A pytest plugin: processes that outlive the run fail it, and are ended."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from infra.local.waiting import wait_until
from support import run

GRACE_SECONDS = 10
"""For those that are about to end by themselves, as when the pipe of their parent closes."""
_LEFT = pytest.StashKey[dict[int, str]]()


_HELPERS = ("multiprocessing.forkserver", "multiprocessing.resource_tracker")
"""Of this very process: they end when it does."""


def leftovers() -> dict[int, str]:
    """The processes of this run that live, but for this one, those above it, and its own helpers: id and command."""
    above = set(_ancestors(os.getpid()))
    return {
        pid: command
        for pid, command in _of_run()
        if pid not in above and not (any(name in command for name in _HELPERS) and _parent(pid) == os.getpid())
    }


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
    if left:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name them."""
    for pid, command in config.stash.get(_LEFT, {}).items():
        terminalreporter.write_line(f"FAILED: process {pid} outlived the run and was killed: {command}", red=True)


def _of_run() -> Iterator[tuple[int, str]]:
    variable, folder = f"{run.NAME}={os.environ[run.NAME]}".encode(), os.fsencode(run.FOLDER)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it ended meanwhile, or is another user's
                command = (entry / "cmdline").read_bytes()
                # PostgreSQL's processes have no such variable; their command line has the folder of their data.
                if command and (variable in (entry / "environ").read_bytes().split(b"\0") or folder in command):
                    yield int(entry.name), command.replace(b"\0", b" ").decode(errors="replace").strip()


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
