"""A service in a process that outlives the command that started it; a lock, not a pid file, identifies it."""

import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from delay_core.errors import StoreError
from infra.local.child_process import session_members
from infra.local.waiting import PAUSE_SECONDS, log_tail, wait_until

START_SECONDS = 180
STOP_SECONDS = 15


@dataclass(frozen=True)
class RunningProcess:
    """A running process."""

    pid: int
    port: int


class BackgroundService:
    """A service whose process holds the lock `<folder>/<name>.lock`, which contains its pid and port.

    The kernel releases the lock when the process ends, so it cannot name another process, as a stale pid file can. The
    port is bound before the process starts: clients queue until the service answers, and fail if it dies.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._folder = folder
        self._lock = folder / f"{name}.lock"
        self.log = folder / f"{name}.log"

    def running(self) -> RunningProcess | None:
        """The process if it runs, whichever process started it. Raises StoreError."""
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            try:
                with self._lock.open() as lock:
                    if _try_lock(lock.fileno(), fcntl.LOCK_SH):
                        return None
                    fields = lock.read().split()
            except FileNotFoundError:
                return None
            if fields:
                return RunningProcess(int(fields[0]), int(fields[1]))
            time.sleep(PAUSE_SECONDS)  # another command is about to write it
        raise StoreError(
            f"the command that started {self._name} in {self._folder} ended too early; end that process by hand"
        )

    def start(self, script: Path, environment: Mapping[str, str], port: int | None = None) -> RunningProcess:
        """Run the Python script with its listening socket as file 0; returns before it answers.

        A service that already runs is not changed, whatever its port. Without a port, a free one. Raises StoreError.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._lock.open("a") as lock:
            while not _try_lock(lock.fileno(), fcntl.LOCK_EX):
                if running := self.running():
                    return running
                time.sleep(PAUSE_SECONDS)  # another command reads the lock
            lock.truncate(0)
            with listen(port, self._name) as listener, self.log.open("ab") as log:
                child = subprocess.Popen(  # noqa: S603 - our own scripts
                    [sys.executable, "-P", str(script.absolute())],
                    stdin=listener.fileno(),
                    stdout=log,
                    stderr=log,
                    env=environment,
                    cwd=self._folder,
                    pass_fds=[lock.fileno()],
                    start_new_session=True,  # Ctrl-C and a closed terminal do not stop it
                )
                child.returncode = 0  # Popen must not wait for it or warn: it outlives this process
                started = RunningProcess(child.pid, listener.getsockname()[1])
            lock.write(f"{started.pid} {started.port}\n")
        return started

    def request_status(self, path: str, method: str = "GET", seconds: float = START_SECONDS) -> int:
        """The status of its answer. Raises StoreError with the end of the log if the service does not answer."""
        running = self.running()
        connection = http.client.HTTPConnection("127.0.0.1", running.port if running else 0, timeout=seconds)
        try:
            connection.request(method, path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise StoreError(f"{self._name} does not answer; {self.log} ends with:\n{log_tail(self.log)}") from error
        finally:
            connection.close()

    def stop(self, *, immediate: bool = False) -> bool:
        """Stop the process, its whole session by force if `immediate` or after a timeout; whether it ran.

        Raises StoreError.
        """
        running = self.running()
        if running is None:
            return False
        with self._lock.open() as lock:
            for number in (signal.SIGKILL,) if immediate else (signal.SIGTERM, signal.SIGKILL):
                _send(running.pid, number)
                with suppress(TimeoutError):
                    wait_until(lambda: _try_lock(lock.fileno(), fcntl.LOCK_SH), STOP_SECONDS)
                    _reap(running.pid)
                    return True
        raise StoreError(f"{self._name} (process {running.pid}) cannot be stopped")


def listen(port: int | None, name: str) -> socket.socket:
    """Listen on a port for the service `name`; on a free one if it is None. Raises StoreError."""
    try:
        listener = socket.create_server(("127.0.0.1", port or 0), backlog=128)
    except OSError as error:
        message = f"port {port} of {name} is in use by another program: stop that program, or choose another port"
        raise StoreError(message) from error
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # servers do not set it on an inherited socket
    return listener


def _try_lock(lock: int, mode: int) -> bool:
    """Take the lock until this process closes the file; whether that succeeded."""
    try:
        fcntl.flock(lock, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _send(leader: int, number: int) -> None:
    """Send the signal to the service; SIGKILL to every process of its session."""
    with suppress(ProcessLookupError):
        os.kill(leader, number)
    if number == signal.SIGKILL:
        with suppress(ProcessLookupError):
            os.killpg(leader, number)
        for pid in session_members(leader):  # those in process groups of their own
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def _reap(pid: int) -> None:
    """Collect the exit status if the process is a child of this one, so that no zombie remains."""
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)
