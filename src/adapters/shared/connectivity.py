"""A quick check whether a server accepts connections; the retries of client libraries take minutes to find out."""

import socket
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from delay_core.errors import StoreError

_DEFAULT_PORTS = {"http": 80, "https": 443}


def tcp_connect_error(url: str, timeout_seconds: float = 3) -> str | None:
    """The reason why no TCP connection to the http(s) URL is possible on any address of its host; None if one is.

    None, too, if requests go through a proxy: the check would say nothing. The reason contains no password of the URL.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme in getproxies() and not proxy_bypass(host):
        return None
    try:
        socket.create_connection((host, parts.port or _DEFAULT_PORTS[parts.scheme]), timeout_seconds).close()
    except OSError as error:
        return f"nothing answers there ({error.strerror or error})"
    return None


def check_connection(service: str, url: str) -> None:
    """Raise StoreError if the URL is one of http(s) and `tcp_connect_error` has a reason; other URLs pass."""
    if urlsplit(url).scheme in _DEFAULT_PORTS and (reason := tcp_connect_error(url)):
        raise StoreError(f"{service}: {reason}")
