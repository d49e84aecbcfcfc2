"""The API as its users run it: `delay serve`, a process of its own on a free port of this machine."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.cli import DELAY, Delay

NOWHERE = "http://127.0.0.1:9"
"""The tracking URI of an MLflow that is away: a server starts from its cache, in half of the time."""
START_SECONDS = 120
STOP_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class ApiServer:
    """A server that runs until it is stopped or killed; leaving its `with` block kills whatever is left of it."""

    def __init__(self, data: Path, arguments: tuple[str, ...], variables: Mapping[str, str], port: int) -> None:
        self.data, self.port, self.variables = data, port, dict(variables)
        self.log = data.with_name(f"{data.name}-api-{port}.log")
        self._command = [str(DELAY), "serve", "--port", str(port), *arguments]
        self.process = self._started()

    @classmethod
    def start(
        cls, data: Path, *arguments: str, ready: str | None = "/health/ready", port: int = 0, **variables: str
    ) -> "ApiServer":
        """`variables` are of the environment; `ready` is the path that has to answer 200 before this returns."""
        data.mkdir(parents=True, exist_ok=True)
        server = cls(data, arguments, variables, port or free_port())
        server._await(ready)
        return server

    def again(self, *, ready: str | None = "/health/ready", **variables: str) -> None:
        """Start anew, on the same port, what has ended."""
        self.variables |= variables
        self.process = self._started()
        self._await(ready)

    def _started(self) -> "subprocess.Popen[bytes]":
        environment = Delay(self.data, self.variables).environment
        with self.log.open("ab") as log:
            return subprocess.Popen(self._command, env=environment, stdout=log, stderr=log, start_new_session=True)

    def _await(self, ready: str | None) -> None:
        try:
            if ready is not None:
                self.wait_for(ready)
        except BaseException:
            self.kill()
            raise

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    def workers(self) -> list[int]:
        """The processes that answer, where there are several."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [pid for pid in map(int, children) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def wait_for(self, path: str, status: int = 200) -> Answer:
        """What this path answers when it answers so."""

        def asked() -> Answer | None:
            assert self.process.poll() is None, f"the server has ended; its log ends with:\n{self.told()[-3000:]}"
            try:
                found = self.get(path)
            except (OSError, http.client.HTTPException):
                return None
            return found if found.status == status else None

        return until(asked, START_SECONDS, lambda: f"{path} does not answer {status}:\n{self.told()[-3000:]}")

    def told(self) -> str:
        """Its log."""
        return self.log.read_text(errors="replace")

    def request(self, method: str, path: str, content: object = None, **headers: str) -> Answer:
        """One request on a connection of its own; `content` bytes, or what becomes JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=STOP_SECONDS)
        try:
            return send(connection, method, path, content, headers)
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, **headers)

    def post(self, path: str, content: object, **headers: str) -> Answer:
        return self.request("POST", path, content, **headers)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """SIGKILL to all of its processes, as a machine that goes down."""
        if self.process.poll() is None:
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)

    def __enter__(self) -> "ApiServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def send(
    connection: http.client.HTTPConnection, method: str, path: str, content: object, headers: Mapping[str, str]
) -> Answer:
    """One request on this connection, which is opened where it is not; the names of `headers` may have underscores."""
    body = content if isinstance(content, bytes | None) else json.dumps(content).encode()
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"Content-Type": "application/json", **given})
    answer = connection.getresponse()
    return Answer(answer.status, {n.lower(): v for n, v in answer.getheaders()}, answer.read())


def until(wanted: Callable[[], Any], seconds: float, otherwise: Callable[[], str] = lambda: "in vain") -> Any:
    """What `wanted` gives, once it is something; it is asked again and again."""
    end = time.monotonic() + seconds
    while not (found := wanted()):
        assert time.monotonic() < end, f"waited {seconds} s: {otherwise()}"
        time.sleep(0.02)
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
