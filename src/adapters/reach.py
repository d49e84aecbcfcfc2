"""Whether a server is there at all: known in seconds, where a library's own retries take minutes."""

import socket
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

_PORTS = {"http": 80, "https": 443}


def unreachable(url: str, seconds: float = 3) -> str | None:
    """Why nothing listens where this http(s) URL points, tried on every address of the host; None where it does.

    Where a proxy stands between, nothing can be told: None. No password of the URL is in the answer.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme in getproxies() and not proxy_bypass(host):
        return None
    try:
        socket.create_connection((host, parts.port or _PORTS[parts.scheme]), seconds).close()
    except OSError as error:
        return f"nothing answers there ({error.strerror or error})"
    return None
