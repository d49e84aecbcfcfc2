"""The API as its users run it: `delay serve`, a process of its own on a free port of this machine."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from infra.local.child_process import STOP_SECONDS, RunningProcess, ServerProcess
from infra.local.waiting import free_port
from support.cli import DELAY, Delay
from support.forked_server import ForkedServer

NOWHERE = "http://127.0.0.1:9"
"""The tracking URI of an MLflow that is away: a server starts from its cache, in half of the time."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class ApiServer(ServerProcess):
    """A server that runs until it is stopped or killed; leaving its `with` block kills whatever is left of it."""

    def __init__(self, data: Path, *arguments: str, port: int = 0, **variables: str) -> None:
        """Start it, not yet ready; `variables` are of the environment."""
        data.mkdir(parents=True, exist_ok=True)
        self.data, self.variables = data, variables
        port = port or free_port()
        command = [str(DELAY), "serve", "--port", str(port), *arguments]
        log = data.with_name(f"{data.name}-api-{port}.log")
        super().__init__(command, log, Delay(data, variables).environment, port)

    @classmethod
    def start(cls, data: Path, *arguments: str, ready: str = "/health/ready", port: int = 0, **variables: str) -> Self:
        """Start it; `ready` is the path that has to answer 200 before this returns."""
        return cls(data, *arguments, port=port, **variables)._when_ready(ready)

    def _create(self) -> RunningProcess:
        if "--workers" in self.command:  # which are processes of their own
            return super()._create()
        return ForkedServer(self.command, self.log, self.environment)

    def restart(self, *, ready: str = "/health/ready", **variables: str) -> None:
        """Start the ended server again on the same port; `variables` are added to those before."""
        self.variables |= variables
        self.environment = Delay(self.data, self.variables).environment
        super().restart()
        self._when_ready(ready)

    def _when_ready(self, path: str) -> Self:
        try:
            return self.wait_until_ready(path)
        except BaseException:
            self.kill()
            raise

    def workers(self) -> list[int]:
        """The processes that answer, where there are several."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [pid for pid in map(int, children) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def wait_for(self, path: str, status: int = 200) -> Answer:
        """What this path answers when it answers so."""
        self.wait_until_ready(path, status)
        return self.get(path)

    def log_text(self) -> str:
        """All of its log."""
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

    def __exit__(self, *_: object) -> None:
        self.kill()


def send(
    connection: http.client.HTTPConnection, method: str, path: str, content: object, headers: Mapping[str, str]
) -> Answer:
    """One request on this connection, which is opened where it is not; the names of `headers` may have underscores."""
    body = content if isinstance(content, bytes | None) else json.dumps(content).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"Content-Type": "application/json", **named})
    answer = connection.getresponse()
    return Answer(answer.status, {n.lower(): v for n, v in answer.getheaders()}, answer.read())
