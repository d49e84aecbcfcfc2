"""Messages for callers, without the addresses and paths that they may contain."""

import re

_LOCATION = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s;,'\"]*[^\s;,:.'\"]|(?<![\w.])/[^\s:;,'\"]+")


def redact_locations(message: str) -> str:
    """The message without addresses and paths, which only those who run the server may know."""
    return _LOCATION.sub("…", message)
