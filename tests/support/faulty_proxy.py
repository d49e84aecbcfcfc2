"""A proxy in front of a server of HTTP, on which answers are exchanged, delayed, cut short or lost."""

import ssl
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Request:
    """A request as it came; `number` counts from 1. Two that ask for the same are equal."""

    method: str
    path: str
    number: int = field(compare=False)
    headers: Mapping[str, str] = field(compare=False)


@dataclass
class FaultyProxy:
    """Hands requests through to `upstream`, a URL, while its `with` block lasts; without faults it changes nothing."""

    upstream: str | None = None
    """None where every request is answered here."""
    answer: Callable[[Request], tuple[int, bytes] | tuple[int, bytes, Mapping[str, str]] | None] = lambda _: None
    """Status, body and headers that are answered instead; the server hears nothing of the request."""
    before: Callable[[Request], object] = lambda _: None
    """What happens before the request reaches the server."""
    lose: Callable[[Request], object] = lambda _: False
    """Whether the server's answer is lost: the connection closes without one."""
    truncate: Callable[[Request], object] = lambda _: False
    """Whether the server's answer breaks off in its middle."""
    alter: Callable[[bytes], bytes] = lambda content: content
    """The content that arrives instead of the server's."""
    ignored_headers: Collection[str] = ()
    """Headers, in lower case, that the server does not see."""
    tls: ssl.SSLContext | None = None
    """With it, clients have to use TLS."""
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    _lock: Any = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        """Host and port."""
        return self.url.partition("://")[2]

    def note(self, method: str, path: str, headers: Mapping[str, str]) -> Request:
        """Keep a request that came."""
        with self._lock:
            self.requests.append(request := Request(method, path, len(self.requests) + 1, headers))
            return request

    def __enter__(self) -> "FaultyProxy":
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._server.daemon_threads = True
        if self.tls is not None:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, proxy: FaultyProxy, *arguments: Any) -> None:
        self._proxy = proxy
        super().__init__(*arguments)

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = self._proxy.note(self.command, self.path, dict(self.headers))
        self._proxy.before(request)
        if (instead := self._proxy.answer(request)) is not None:
            self._send(*instead)
            return
        try:
            status, content, headers = self._ask(body)
        except (OSError, HTTPException):  # the server is dead, and so is the way to it
            self.close_connection = True
            return
        if self._proxy.lose(request):
            self.close_connection = True
        elif self._proxy.truncate(request):
            self._send(status, content[: len(content) // 2], {**headers, "Content-Length": str(len(content))})
            self.close_connection = True
        else:
            self._send(status, self._proxy.alter(content), headers)

    def _ask(self, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        if self._proxy.upstream is None:
            return 502, b"no server stands behind this proxy", {}
        server = HTTPConnection(self._proxy.upstream.removeprefix("http://"), timeout=PATIENCE_SECONDS)
        withheld = ("expect", *self._proxy.ignored_headers)
        passed_on = {name: value for name, value in self.headers.items() if name.lower() not in withheld}
        try:
            server.request(self.command, self.path, body, passed_on)
            answer = server.getresponse()
            content = answer.read()
        finally:
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


for _verb in ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "CONNECT"):
    setattr(_Handler, f"do_{_verb}", _Handler._handle)
