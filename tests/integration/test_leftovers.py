"""A run of pytest that leaves a process behind fails, names it, and ends it."""

import os
import subprocess
import sys
from pathlib import Path

from infra.local.child_process import session_members
from infra.local.waiting import wait_until
from support.run import NAME

ROOT = Path(__file__).parents[2]
LEAVES = """
import subprocess, sys

def test_leaves():
    left = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], start_new_session=True)
    left.returncode = 0  # nobody waits for it
    with open("left", "w") as file:
        file.write(str(left.pid))
"""
IMPATIENT = """
from support import leftovers

leftovers.GRACE_SECONDS = 0.1
"""
ENDS = """
import subprocess, sys

def test_ends():
    subprocess.run([sys.executable, "-c", ""], check=True)
"""


KILLED = (
    LEAVES
    + """
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)
"""
)


def run(folder: Path, text: str, *options: str) -> "subprocess.CompletedProcess[str]":
    (folder / "conftest.py").write_text(IMPATIENT)
    (folder / "test_inner.py").write_text(text)
    own = {name: value for name, value in os.environ.items() if name != NAME and not name.startswith("PYTEST_")}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            *("-p", "support.leftovers", "-p", "xdist"),
            *("-c", os.devnull, "test_inner.py", *options),
        ],
        cwd=folder,
        env={
            **own,
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests"))),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # importing those of libraries would take seconds
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_process_that_outlives_the_run__fails_it_and_is_ended(tmp_path):
    ended = run(tmp_path, LEAVES)

    pid = int((tmp_path / "left").read_text())
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "1 passed" in ended.stdout
    assert f"process {pid} outlived the run" in ended.stdout
    assert "signal.pause()" in ended.stdout
    assert not list(session_members(pid))


def test_a_process_of_a_worker_that_outlives_the_run__fails_it(tmp_path):
    ended = run(tmp_path, LEAVES, "-n", "1")

    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert f"process {(tmp_path / 'left').read_text()} outlived the run" in ended.stdout


def test_a_run_whose_processes_end__passes(tmp_path):
    ended = run(tmp_path, ENDS)

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_run_that_is_killed__leaves_no_process(tmp_path):
    ended = run(tmp_path, KILLED)

    assert ended.returncode == -9
    pid = int((tmp_path / "left").read_text())
    wait_until(lambda: not list(session_members(pid)), 30)
