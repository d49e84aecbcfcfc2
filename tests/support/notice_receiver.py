"""A real HTTP server on the loopback interface that receives notices."""

import json
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self


class NoticeReceiver:
    """Answers with `statuses` one after another, then with 204; a status of 0 closes the connection without answer."""

    def __init__(self, statuses: tuple[int, ...] = (), headers: dict[str, str] | None = None) -> None:
        self.statuses, self.response_headers = list(statuses), headers or {}
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hooks/monitoring-4711"

    @property
    def notices(self) -> list[Any]:
        return [json.loads(body) for body in self.bodies]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, receiver: NoticeReceiver, *arguments: Any) -> None:
        self._receiver = receiver
        super().__init__(*arguments)

    def do_POST(self) -> None:
        receiver = self._receiver
        receiver.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        receiver.headers.append(dict(self.headers))
        status = receiver.statuses.pop(0) if receiver.statuses else 204
        if status:
            self.send_response(status)
            for name, value in receiver.response_headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Tests print no log."""
