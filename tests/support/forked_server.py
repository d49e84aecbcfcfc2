"""`delay serve` in a process forked from a server that has imported it: that saves the seconds of its imports."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Never

from support.crashes import forked


class ForkedServer:
    """A process that leads a session and runs this command line of `delay serve`, with its output in a log."""

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self._process = forked(_serve, tuple(command), log, dict(environment))

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, sig: int, /) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if (code := self.poll()) is None:
            raise subprocess.TimeoutExpired(str(self._process), timeout or 0)
        return code


def _serve(command: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
    """Become the server: `delay serve` replaces its process by the API's, which here is a call."""
    import entrypoints.api.__main__  # noqa: PLC0415 - costs seconds, which the processes of tests save
    import entrypoints.cli  # noqa: PLC0415

    def run_server(_: Any, arguments: Any) -> Never:
        assert arguments[1:3] == ["-m", "entrypoints.api"]
        sys.argv = ["entrypoints.api", *arguments[3:]]
        entrypoints.api.__main__.main()
        sys.exit(0)

    os.setsid()
    with log.open("ab") as output:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            os.dup2(output.fileno(), stream.fileno())
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv, os.execv = list(command), run_server
    entrypoints.cli.main()
