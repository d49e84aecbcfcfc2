"""A program that runs for the duration of a block, with its log in a file; its whole session ends with the block."""

import http.client
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol, Self

from infra.local.waiting import free_port, http_status, log_tail, wait_until

START_SECONDS = 180
STOP_SECONDS = 60


class RunningProcess(Protocol):
    """What `subprocess.Popen` has, and is needed of it."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def send_signal(self, sig: int, /) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...


class ChildProcess:
    """A process that leads a session. The end of its `with` block ends every process of that session.

    Services that outlive the command that started them are `BackgroundService`.
    """

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self.log = log
        self.command, self.environment = tuple(command), dict(environment)
        self._start()

    def restart(self) -> None:
        """Start the process again after it has ended; its log is continued."""
        self._start()

    def _start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._process = self._create()

    def _create(self) -> RunningProcess:
        with self.log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603 - the callers' own programs
                self.command, env=self.environment, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def pid(self) -> int:
        """The pid of the session's leader."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code of the leader; None while it runs."""
        return self._process.poll()

    @property
    def resident_mb(self) -> float:
        """Resident memory, in MB of 10^6 bytes, of the largest process of the session."""
        return max(map(_resident_mb, session_members(self.pid)))

    def signal(self, number: int) -> None:
        """Send a signal to the leader only."""
        self._process.send_signal(number)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """Wait for the leader to end; its exit code."""
        return self._process.wait(seconds)

    def stop(self) -> int:
        """Send SIGTERM to the leader, which ends the others; its exit code."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """Send SIGKILL to every process of the session, like a crash of the machine."""
        if self.exit_code is None:
            self.signal(signal.SIGSTOP)  # it starts no further processes
        wait_until(lambda: not _signal_all(self.pid, signal.SIGKILL), STOP_SECONDS, lambda: f"{self} cannot be ended")
        self.wait()

    def end(self) -> None:
        """Send SIGTERM, then SIGKILL to the remaining processes of the session."""
        with suppress(subprocess.TimeoutExpired):
            self.stop()
        self.kill()

    def log_tail(self) -> str:
        """The end of its log."""
        return log_tail(self.log)

    def __str__(self) -> str:
        """Its command line."""
        return " ".join(self.command)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


class ServerProcess(ChildProcess):
    """A server of this machine; `{port}` in its command is the port, by default a free one."""

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str], port: int = 0) -> None:
        self.port = port or free_port()
        super().__init__([part.format(port=self.port) for part in command], log, environment)

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.port}"

    def wait_until_ready(self, path: str, status: int = http.client.OK) -> Self:
        """Return when the server answers this path with the status.

        Raises RuntimeError if it ends, TimeoutError after `START_SECONDS`; both with the end of the log.
        """

        def ready() -> bool:
            if self.exit_code is not None:
                raise RuntimeError(f"{self} ended with {self.exit_code}; its log ends with:\n{self.log_tail()}")
            return http_status(self.port, path) == status

        wait_until(ready, START_SECONDS, lambda: f"{self} is not ready; its log ends with:\n{self.log_tail()}")
        return self


def session_members(leader: int) -> Iterator[int]:
    """The processes of the session without zombies; none on a system without /proc."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            state, _, _, session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(session) == leader and state != "Z":
                yield int(folder.name)


def _signal_all(leader: int, number: int) -> bool:
    """Send the signal to all members; whether there are any."""
    members = list(session_members(leader))
    for pid in members:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    return bool(members)


def _resident_mb(pid: int) -> float:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(status["VmRSS"].split()[0]) * 1024 / 1e6
