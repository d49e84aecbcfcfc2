"""Whether a connection is encrypted, by its URL."""

import os
from ipaddress import ip_address

from sqlalchemy import URL

_ENCRYPTED_MODES = ("require", "verify-ca", "verify-full")


def is_unencrypted_allowed(url: URL) -> bool:
    """Whether the URL names another host and allows a connection without TLS, as libpq does by default."""
    mode = url.query.get("sslmode") or os.environ.get("PGSSLMODE")
    return mode not in _ENCRYPTED_MODES and not _is_local(str(url.query.get("host") or url.host or "/"))


def _is_local(host: str) -> bool:
    """Whether the host is this machine, or the folder of a socket."""
    if host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
