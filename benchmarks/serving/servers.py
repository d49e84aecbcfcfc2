"""A server as a process of its own, with its log in a file, until it is no longer needed."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 180
STOP_SECONDS = 20

_CHOSEN_HERE = ("DELAY_", "MLFLOW_", "MODEL_")


@dataclass(frozen=True)
class Server:
    """A server that answers. `pid` leads its processes."""

    port: int
    pid: int

    @property
    def worker_mb(self) -> float:
        """Resident memory, in MB of 10^6 bytes, of its largest process: the one that answers."""
        return max(map(_resident_mb, (self.pid, *_descendants(self.pid))))


@contextmanager
def started(
    command: Sequence[str], log: Path, ready: str, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run the command, `{port}` in it being a free port, until `ready` answers 200; end it with the block.

    Of this process's environment it sees what is not the product's. Raises RuntimeError with the end of its log.
    """
    port = _free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_CHOSEN_HERE)}
    with (
        log.open("wb") as output,
        subprocess.Popen(  # noqa: S603 - the benchmark's own commands
            [part.format(port=port) for part in command],
            env={**inherited, **(environment or {})},
            stdout=output,
            stderr=output,
            start_new_session=True,
        ) as process,
    ):
        try:
            _await(process, port, ready, log)
            yield Server(port, process.pid)
        finally:
            _end(process)


def _await(process: subprocess.Popen[bytes], port: int, ready: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        if _status(port, ready) == http.client.OK:
            return
        time.sleep(0.1)
    ended = log.read_text(errors="replace")[-2000:]
    raise RuntimeError(f"{' '.join(map(str, process.args))} is not ready; its log ends with:\n{ended}")  # type: ignore[arg-type] # a list


def _status(port: int, path: str) -> int | None:
    caller = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        caller.request("GET", path)
        return caller.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        caller.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """The whole session, which this process began."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            yield child
            yield from _descendants(child)


def _resident_mb(pid: int) -> float:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(status["VmRSS"].split()[0]) * 1024 / 1e6
