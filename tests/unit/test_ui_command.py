"""`delay ui`: the sentences before Streamlit starts."""

import socket
import sys

import pytest
from typer.testing import CliRunner

from entrypoints.cli import ui_command
from entrypoints.cli.app import app


def run(*arguments):
    return CliRunner().invoke(app, ["ui", *arguments])


@pytest.fixture
def streamlit(monkeypatch):
    """The command line that would replace this process."""
    commands = []
    monkeypatch.setattr(ui_command.os, "execv", lambda _, arguments: commands.append(arguments))
    monkeypatch.setenv("DELAY_UI__API_URL", "http://127.0.0.1:8000")
    return commands


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def test_ui__starts_streamlit_with_flags_in_place_of_a_file(streamlit):
    port = free_port()

    result = run("--port", port, "--api-url", "http://api.test:8000")

    assert f"Open http://127.0.0.1:{port} in a browser. It shows the API at http://api.test:8000." in result.stderr
    [arguments] = streamlit
    assert arguments[:4] == [sys.executable, "-m", "streamlit", "run"]
    for flag in (f"--server.port={port}", "--server.address=127.0.0.1", "--browser.gatherUsageStats=false"):
        assert flag in arguments


def test_ui__does_not_start_where_the_port_is_taken(streamlit):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("--port", str(taken.getsockname()[1]))

    assert result.exit_code == 2
    assert "choose another port with --port" in " ".join(result.output.replace("│", " ").split())
    assert not streamlit


def test_ui__without_streamlit_says_how_to_install_it(streamlit, monkeypatch):
    monkeypatch.setattr(ui_command, "find_spec", lambda name: None if name == "streamlit" else object())

    result = run("--port", free_port())

    assert "pip install 'delay-core[ui]'" in str(result.exception) + result.output
    assert not streamlit


def test_ui__refuses_an_address_that_is_no_url(streamlit):
    result = run("--port", free_port(), "--api-url", "localhost:8000")

    assert "ui__api_url" in str(result.exception).lower()
    assert not streamlit
