"""A service as a process of its own: it outlives whoever started it, and nothing else is ever stopped in its place."""

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
from infra.local.waiting import PAUSE_SECONDS, log_tail, wait_until

START_SECONDS = 180
STOP_SECONDS = 15


@dataclass(frozen=True)
class Running:
    """A process that runs."""

    pid: int
    port: int


class LocalProcess:
    """`<folder>/<name>.lock` is held by the process itself as long as it lives, and says its id and port.

    The lock cannot be left behind nor be mistaken for another's, as the number in a plain pid file can. The port
    is bound before the process starts: callers queue until it answers, and are turned away should it die instead.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._folder = folder
        self._lock = folder / f"{name}.lock"
        self.log = folder / f"{name}.log"

    def running(self) -> Running | None:
        """The process, if it lives, whoever started it. Raises StoreError."""
        until = time.monotonic() + STOP_SECONDS
        while time.monotonic() < until:
            try:
                with self._lock.open() as lock:
                    if _taken(lock.fileno(), fcntl.LOCK_SH):
                        return None
                    told = lock.read().split()
            except FileNotFoundError:
                return None
            if told:
                return Running(int(told[0]), int(told[1]))
            time.sleep(PAUSE_SECONDS)  # another command is about to write it
        raise StoreError(f"whoever started {self._name} in {self._folder} died too soon; end that process by hand")

    def start(self, script: Path, environment: Mapping[str, str], port: int | None = None) -> Running:
        """Run the Python script, its listening socket being file 0; returns before it answers.

        What runs already is left alone, whatever its port. Without a port, a free one. Raises StoreError.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._lock.open("a") as lock:
            while not _taken(lock.fileno(), fcntl.LOCK_EX):
                if running := self.running():
                    return running
                time.sleep(PAUSE_SECONDS)  # somebody else was asking, too
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
                    start_new_session=True,  # neither Ctrl-C nor a closed terminal reaches it
                )
                child.returncode = 0  # Popen shall neither wait for it nor warn: it outlives this process
                started = Running(child.pid, listener.getsockname()[1])
            lock.write(f"{started.pid} {started.port}\n")
        return started

    def ask(self, path: str, method: str = "GET", seconds: float = START_SECONDS) -> int:
        """The status of its answer. Raises StoreError with the end of the log when it dies instead, or is dead."""
        running = self.running()
        caller = http.client.HTTPConnection("127.0.0.1", running.port if running else 0, timeout=seconds)
        try:
            caller.request(method, path)
            return caller.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise StoreError(f"{self._name} does not answer; {self.log} ends with:\n{log_tail(self.log)}") from error
        finally:
            caller.close()

    def stop(self, *, immediate: bool = False) -> bool:
        """End the process, by force at once or after a while; whether there was one. Raises StoreError."""
        running = self.running()
        if running is None:
            return False
        with self._lock.open() as lock:
            for number in (signal.SIGKILL,) if immediate else (signal.SIGTERM, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    os.kill(running.pid, number)
                with suppress(TimeoutError):
                    wait_until(lambda: _taken(lock.fileno(), fcntl.LOCK_SH), STOP_SECONDS)
                    _reap(running.pid)
                    return True
        raise StoreError(f"{self._name} (process {running.pid}) cannot be ended")


def listen(port: int | None, name: str) -> socket.socket:
    """Take a port of this machine for the service of this name; any free one when None. Raises StoreError."""
    try:
        listener = socket.create_server(("127.0.0.1", port or 0), backlog=128)
    except OSError as error:
        why = f"port {port}, where {name} is to be, is taken by another program"
        raise StoreError(f"{why}: stop that program, or choose another port") from error
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # servers omit it for a socket that is given
    return listener


def _taken(lock: int, how: int) -> bool:
    """Take the lock, until this process closes the file; whether it could be taken."""
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _reap(pid: int) -> None:
    """The system keeps a dead child until its parent asks for it; here, where this very process is the parent."""
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)
