"""Background services: started once, known to other processes, restarted after kill -9, and never confused."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from delay_core.errors import StoreError
from infra.local import background_service
from infra.local.background_service import BackgroundService
from infra.local.child_process import session_members
from infra.local.waiting import wait_until
from support.crashes import at_once

ROOT = Path(__file__).parents[2]
TINY_SERVER = """
import http.server, os, signal, socket
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(os.getpid()).encode())
server = http.server.HTTPServer(("", 0), Handler, bind_and_activate=False)
server.socket = socket.socket(fileno=os.dup(0))
server.serve_forever()
"""


@pytest.fixture
def script(tmp_path) -> Path:
    path = tmp_path / "tiny.py"
    path.write_text(TINY_SERVER)
    return path


@pytest.fixture
def tiny(tmp_path):
    service = BackgroundService("tiny", tmp_path / "state")
    yield service
    service.stop(immediate=True)


def answering(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}") as answer:
        return int(answer.read())


def start_tiny(script: str, folder: str, barrier: Barrier) -> None:
    barrier.wait()
    started = BackgroundService("tiny", Path(folder)).start(Path(script), os.environ)
    assert answering(started.port) == started.pid


def test_start__returns_the_running_process_of_another_command(tiny, script, tmp_path):
    started = tiny.start(script, os.environ)

    assert BackgroundService("tiny", tmp_path / "state").running() == started
    assert BackgroundService("tiny", tmp_path / "state").start(script, os.environ) == started
    assert answering(started.port) == started.pid
    assert tiny.stop()
    assert tiny.running() is None
    assert not tiny.stop()


def test_start__creates_one_process_for_concurrent_commands(tiny, script, tmp_path):
    at_once(start_tiny, [(str(script), str(tmp_path / "state"))] * 3)

    assert answering(tiny.running().port) == tiny.running().pid


def test_stop__of_another_process_leaves_no_zombie(script, tmp_path):
    """The starter exits without a warning about a child process, whether the child runs or was stopped by another."""
    stopped, living = (BackgroundService(name, tmp_path / "state") for name in ("stopped", "living"))
    starter = f"""
import os
import signal
from pathlib import Path
from infra.local.background_service import BackgroundService
for name in ("stopped", "living"):
    BackgroundService(name, Path({str(tmp_path / "state")!r})).start(Path({str(script)!r}), os.environ)
input()
"""
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", starter], cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        wait_until(lambda: stopped.running() and living.running(), 60)
        assert stopped.stop()
        _, stderr = process.communicate(b"\n")

    assert (process.returncode, stderr) == (0, b"")
    assert living.stop()


def test_start__reuses_the_port_of_a_killed_service(tiny, script):
    first = tiny.start(script, os.environ)
    answering(first.port)
    assert tiny.stop(immediate=True)

    second = tiny.start(script, os.environ, first.port)

    assert second.port == first.port
    assert answering(second.port) == second.pid != first.pid


def test_stop__ignores_a_process_with_the_pid_of_a_dead_service(tiny, script, tmp_path):
    started = tiny.start(script, os.environ)
    tiny.stop(immediate=True)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as innocent:
        (tmp_path / "state" / "tiny.lock").write_text(f"{innocent.pid} {started.port}\n")

        assert tiny.running() is None
        assert not tiny.stop()
        assert innocent.poll() is None


def test_stop__kills_a_service_that_ignores_sigterm(tiny, script, monkeypatch):
    monkeypatch.setattr(background_service, "STOP_SECONDS", 0.1)
    script.write_text(
        TINY_SERVER.replace("server.serve", "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nserver.serve")
    )
    answering(tiny.start(script, os.environ).port)

    assert tiny.stop()
    assert tiny.running() is None


def test_start__names_a_port_that_another_program_uses(tiny, script):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(StoreError, match=rf"port {port} of tiny is in use by another program"):
            tiny.start(script, os.environ, port)

    assert tiny.running() is None


def test_request_status__shows_the_log_of_a_service_that_dies(tiny, script):
    script.write_text("raise SystemExit('the database is away')")
    tiny.start(script, os.environ)

    with pytest.raises(StoreError, match=r"(?s)tiny\.log ends with.*the database is away"):
        tiny.request_status("/")
    tiny.stop()


def test_stop__ends_every_process_of_the_session_after_its_first_one_was_killed(tiny, script, monkeypatch):
    """Processes of an own group, such as tasks of Airflow, hold the lock, so that the service still runs."""
    monkeypatch.setattr(background_service, "STOP_SECONDS", 0.1)
    script.write_text(TINY_SERVER.replace("server.serve", "if os.fork() == 0: os.setpgid(0, 0)\nserver.serve"))
    started = tiny.start(script, os.environ)
    answering(started.port)
    wait_until(lambda: len(list(session_members(started.pid))) == 2, 10)
    os.kill(started.pid, signal.SIGKILL)

    assert tiny.running() == started
    assert tiny.stop()
    assert tiny.running() is None
