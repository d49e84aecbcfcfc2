#!/usr/bin/python3
"""Answers every request on the ports of Grafana, Prometheus, Alertmanager, Adminer and LocalStack.

Called as `curl`, `wget` or `php`, it is the client of a health check: the last argument with a URL is requested.
"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

PORTS = (3000, 9090, 9093, 8080, 4566)


class AnswerAll(BaseHTTPRequestHandler):
    """Status 200 for every path."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.end_headers()


def main() -> None:
    """Serve until SIGTERM, or check as a client does."""
    if Path(sys.argv[0]).name != "server.py":
        urls = [argument for argument in sys.argv if argument.startswith("http://")]
        urlopen(urls[-1] if urls else "http://127.0.0.1:8080/", timeout=4)  # noqa: S310 - of the compose file
        return
    servers = [ThreadingHTTPServer(("0.0.0.0", port), AnswerAll) for port in PORTS]  # noqa: S104 - of the container
    for server in servers[1:]:
        Thread(target=server.serve_forever, daemon=True).start()
    servers[0].serve_forever()


if __name__ == "__main__":
    main()
