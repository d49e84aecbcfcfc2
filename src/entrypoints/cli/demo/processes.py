"""Processes that run beside a command and end with it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

STOP_SECONDS = 20
_CHECK_SECONDS = 0.1
_END_WITH_PARENT = f"""
import os, sys
parent, *command = sys.argv[1:]
if sys.platform == "linux":
    import ctypes
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, {signal.SIGTERM:d})
    if os.getppid() != int(parent):
        sys.exit("the command has ended")
os.execv(command[0], command)
"""
"""Asks the kernel for SIGTERM when the command ends, and becomes the program."""


class ProcessEnded(Exception):
    """A process that should run has ended."""


class SideProcesses:
    """Leaving the block ends all of them: by SIGTERM, and by SIGKILL if that takes too long.

    On Linux they also end if the command is killed.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start Python with these arguments; its output goes to a file.

        It leads a session of its own: Ctrl-C reaches the command alone, which then ends the processes in order.
        """
        self._logs.mkdir(parents=True, exist_ok=True)
        with self._log(name).open("wb") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - commands of this product
                [sys.executable, "-S", "-c", _END_WITH_PARENT, str(os.getpid()), sys.executable, *arguments],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def check(self) -> None:
        """Raise ProcessEnded if one of them runs no more."""
        for name, process in self._running.items():
            code = process.poll()
            if code is not None:
                raise ProcessEnded(f"{name} has ended with exit code {code}; {self._log(name)} has the reason")

    def pause(self, seconds: float) -> None:
        """Wait. Raises ProcessEnded if one of them ends meanwhile."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.check()
            time.sleep(min(left, _CHECK_SECONDS))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self._stop()
        finally:
            signal.signal(signal.SIGINT, before)

    def _stop(self) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"
