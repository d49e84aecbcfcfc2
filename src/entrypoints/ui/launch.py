"""How Streamlit is started: what a file `.streamlit/config.toml` would say, as flags, so that none is needed."""

from collections.abc import Iterator, Mapping
from pathlib import Path

_SCRIPT = Path(__file__).with_name("script") / "main.py"
_OPTIONS: Mapping[str, str] = {
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.maxUploadSize": "64",
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "client.toolbarMode": "viewer",
    "runner.postScriptGC": "false",
    "theme.light.primaryColor": "#0b57a4",
    "theme.light.textColor": "#0f1318",
    "theme.dark.primaryColor": "#2b74d0",
    "theme.dark.linkColor": "#8ab8f5",
    "theme.dark.backgroundColor": "#12161c",
    "theme.dark.secondaryBackgroundColor": "#1d232c",
    "theme.dark.textColor": "#eef1f5",
}
"""Sizes in megabytes. The browser chooses light or dark, unless the viewer does in the menu. After each run, Streamlit
would look for garbage among all objects, which holds up every session; Python does it when there are many new ones."""


def streamlit_arguments(host: str, port: int) -> list[str]:
    """The arguments of Python that serve the user interface at this address."""
    options = {"server.address": host, "server.port": str(port), **_OPTIONS}
    return ["-m", "streamlit", "run", str(_SCRIPT), *_flags(options)]


def _flags(options: Mapping[str, str]) -> Iterator[str]:
    for name, value in options.items():
        yield f"--{name}={value}"
