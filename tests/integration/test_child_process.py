"""A program that runs while a block does: ready when it answers, ended with its children, its log in the error."""

import os
import sys
from pathlib import Path

import pytest

from infra.local.child_process import ChildProcess, ServerProcess, session_members
from infra.local.waiting import wait_until

STUBBORN = """
import signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import signal; print('grandchild', flush=True); signal.pause()"])
signal.pause()
"""


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def server(folder: Path) -> ServerProcess:
    (folder / "ready").touch()
    command = python("-m", "http.server", "{port}", "--bind", "127.0.0.1", "--directory", str(folder))
    return ServerProcess(command, folder / "server.log", os.environ)


def test_kill__ends_every_process_of_the_session(tmp_path):
    with ChildProcess(python("-c", STUBBORN), tmp_path / "log", os.environ) as process:
        wait_until(lambda: "grandchild" in process.log_tail(), 30)
        members = list(session_members(process.pid))
        process.kill()

        assert len(members) == 2
        assert process.exit_code == -9
        assert list(session_members(process.pid)) == []


def test_leaving_the_block__ends_what_the_leader_left_behind(tmp_path):
    leaves = STUBBORN.rsplit("signal.pause()", 1)[0]
    with ChildProcess(python("-c", leaves), tmp_path / "log", os.environ) as process:
        assert process.wait() == 0
        wait_until(lambda: "grandchild" in process.log_tail(), 30)
        assert len(list(session_members(process.pid))) == 1

    assert list(session_members(process.pid)) == []


def test_a_server__is_ready_when_it_answers_and_starts_again_on_its_port(tmp_path):
    with server(tmp_path) as started:
        first = started.wait_until_ready("/ready").pid
        assert started.resident_mb > 1
        assert started.stop() == -15
        started.restart()

        assert started.wait_until_ready("/absent", 404).pid != first
    assert started.log.read_text().count("GET /ready") >= 1


def test_a_server_that_ends_instead_of_answering__is_named_with_the_end_of_its_log(tmp_path):
    with (
        ServerProcess(python("-c", "raise SystemExit('the database is away')"), tmp_path / "log", os.environ) as ended,
        pytest.raises(RuntimeError, match=r"(?s)ended with 1; its log ends with:.*the database is away"),
    ):
        ended.wait_until_ready("/")


def test_waiting_in_vain__names_what_did_not_happen():
    with pytest.raises(TimeoutError, match=r"waited 0\.1 s: nobody came"):
        wait_until(lambda: False, 0.1, lambda: "nobody came")
