"""Processes beside a command that is killed: they end, too."""

import subprocess
import sys

import pytest

from infra.local.child_process import session_members
from infra.local.waiting import wait_until

SECONDS = 30
COMMAND = """
import sys, time
from pathlib import Path
from entrypoints.cli.demo.processes import SideProcesses
with SideProcesses(Path(sys.argv[1])) as processes:
    processes.start("waiting", ["-S", "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(600)"], {})
    time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has ended")
def test_processes__end_with_a_command_that_is_killed(tmp_path):
    log = tmp_path / "waiting.log"
    with subprocess.Popen([sys.executable, "-c", COMMAND, str(tmp_path)]) as command:
        wait_until(lambda: log.exists() and bool(log.read_text()), SECONDS, lambda: "the process has not started")
        session = int(log.read_text())
        assert list(session_members(session)) == [session]
        command.kill()

    wait_until(lambda: not list(session_members(session)), SECONDS, lambda: f"process {session} is still running")
