"""A real S3 server for the whole test run (moto, in a process of its own), and faults put in front of it."""

import atexit
import os
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any

from adapters.s3 import Connection

PATIENT = Connection(attempts=2, part_bytes=5 * 2**20)
PAGE = 100
"""Keys in a page of a listing; S3's own are of 1,000, which take seconds to fill."""

_NOBODY = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing", "AWS_DEFAULT_REGION": "us-east-1"}
_OWN = {name: os.environ.get(name, value) for name, value in _NOBODY.items()}
KEYS = _OWN if "DELAY_TEST_S3_URL" in os.environ else _NOBODY

_SERVE = """
import os, sys, threading
from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()  # ends with the tests
app = DomainDispatcherApplication(create_backend_app)
make_server("127.0.0.1", 0, app, True, request_handler=MotoRequestHandler, fd=int(sys.argv[1])).serve_forever()
"""


@lru_cache
def endpoint() -> str:
    """The server at DELAY_TEST_S3_URL (keys by AWS's variables), else one here; shared, so tests need own buckets."""
    if given := os.environ.get("DELAY_TEST_S3_URL"):
        return given
    listener = socket.create_server(("127.0.0.1", 0))  # callers queue here until the server accepts: nothing to poll
    number = listener.fileno()
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(number)],
        env=os.environ | {"MOTO_S3_DEFAULT_MAX_KEYS": str(PAGE)},
        pass_fds=[number],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    port = listener.getsockname()[1]
    listener.close()
    atexit.register(_stop, server)
    return f"http://127.0.0.1:{port}"


def reach(monkeypatch, url: str | None = None) -> None:
    """Set the environment so that boto3 finds the server (or another URL), and nothing of the user's own."""
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": url or endpoint(), "AWS_EC2_METADATA_DISABLED": "true"}.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)


@lru_cache
def _client_of(url: str) -> Connection:
    connection = Connection(attempts=PATIENT.attempts, part_bytes=PATIENT.part_bytes)
    assert connection.endpoint == url
    return connection


def connected(monkeypatch) -> Connection:
    """A connection to the server."""
    reach(monkeypatch)
    return _client_of(endpoint())


def fresh_bucket(connection: Connection) -> str:
    """A bucket that no other test has."""
    name = f"bucket-{uuid.uuid4().hex}"
    connection.client.create_bucket(Bucket=name)
    return name


@dataclass
class Faults:
    """A proxy in front of the server, for the length of a block; each function gets method, path, request's number."""

    answer: Callable[[str, str, int], tuple[int, bytes] | None] = lambda *_: None
    """Status and body in the server's place."""
    before: Callable[[str, str, int], object] = lambda *_: None
    """What happens before the server is asked."""
    lose: Callable[[str, str, int], bool] = lambda *_: False
    """Whether the server does it, and its answer is lost."""
    truncate: Callable[[str, str, int], bool] = lambda *_: False
    """Whether the server's answer breaks off in its middle."""
    seen: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""
    _lock: Any = field(default_factory=threading.Lock)

    def count(self, method: str, path: str) -> int:
        """Note a request; its number."""
        with self._lock:
            self.seen.append((method, path))
            return len(self.seen)

    def __enter__(self) -> "Faults":
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, faults: Faults, *arguments: Any) -> None:
        self._faults = faults
        super().__init__(*arguments)

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        about = self.command, self.path, self._faults.count(self.command, self.path)
        self._faults.before(*about)
        given = self._faults.answer(*about)
        if given is not None:
            self._send(*given)
            return
        status, content, headers = self._ask(body)
        if self._faults.lose(*about):
            self._send(*refusal(500, "InternalError"))
        elif self._faults.truncate(*about):
            self._send(status, content[: len(content) // 2], {**headers, "Content-Length": str(len(content))})
            self.close_connection = True
        else:
            self._send(status, content, headers)

    def _ask(self, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        server = HTTPConnection(endpoint().removeprefix("http://"))
        passed_on = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
        server.request(self.command, self.path, body, passed_on)
        answer = server.getresponse()
        content = answer.read()
        server.close()
        hops = ("connection", "transfer-encoding")
        return answer.status, content, {name: value for name, value in answer.getheaders() if name.lower() not in hops}

    def _send(self, status: int, content: bytes, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        with suppress(ConnectionError):  # a client that gave up waiting is what some tests want
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "content-length" not in {name.lower() for name in headers}:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


for _verb in ("GET", "HEAD", "PUT", "POST", "DELETE"):
    setattr(_Handler, f"do_{_verb}", _Handler._handle)


def refusal(status: int, word: str) -> tuple[int, bytes]:
    """An error as S3 words it."""
    return status, f"<?xml version='1.0'?><Error><Code>{word}</Code><Message>no</Message></Error>".encode()


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.kill()
    server.wait()
    if server.stdin is not None:
        server.stdin.close()
