"""The user interface as `delay ui` serves it, and a browser."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest
from playwright.sync_api import Browser, expect

from entrypoints.ui.launch import streamlit_arguments
from infra.local.child_process import ServerProcess
from infra.local.chromium import MISSING, find_chromium, open_chromium
from infra.local.waiting import free_port

WAIT_SECONDS = 120
"""The browser waits this long for what it expects: machines have much else to do."""


class UiServer(ServerProcess):
    """A server that runs until its `with` block ends."""

    def __init__(self, api_url: str, log: Path, secrets: str = "") -> None:
        """`secrets` is the content of Streamlit's file of secrets, in which PORT is the port of the server."""
        port = free_port()
        file = log.with_name("secrets.toml")
        file.write_text(secrets.replace("PORT", str(port)), "utf-8")
        arguments = [*streamlit_arguments("127.0.0.1", port), f"--secrets.files={file}"]
        environment = {**os.environ, "DELAY_UI__API_URL": api_url}
        super().__init__([sys.executable, *arguments], log, environment, port)

    @classmethod
    def start(cls, api_url: str, log: Path, secrets: str = "") -> Self:
        """Start it; it responds when this returns."""
        return cls(api_url, log, secrets).wait_until_ready("/_stcore/health")


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Chromium; the test is skipped where it is not installed."""
    if find_chromium() is None:
        pytest.skip(MISSING)
    expect.set_options(timeout=WAIT_SECONDS * 1000)
    with open_chromium() as browser:
        yield browser
