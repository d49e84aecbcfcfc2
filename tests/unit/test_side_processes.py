"""Processes beside a command: they end with it, and it notices where one of them ends."""

import os
import signal

import pytest

from entrypoints.cli.demo.processes import ProcessEnded, SideProcesses

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"


def pid_of(processes, name):
    return processes._running[name].pid


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_processes__end_with_the_block_even_if_they_ignore_sigterm(tmp_path, monkeypatch):
    monkeypatch.setattr("entrypoints.cli.demo.processes.STOP_SECONDS", 0.2)
    handler = signal.getsignal(signal.SIGINT)
    with SideProcesses(tmp_path) as processes:
        processes.start("waiting", ["-S", "-c", "import time; time.sleep(60)"], {})
        processes.start("deaf", ["-S", "-c", DEAF], {})
        while not (tmp_path / "deaf.log").read_text():
            processes.pause(0.01)
        pids = [pid_of(processes, name) for name in ("waiting", "deaf")]
        assert [os.getsid(pid) for pid in pids] == pids

    assert not any(map(is_running, pids))
    assert signal.getsignal(signal.SIGINT) is handler


def test_process_that_ends__ends_the_others_and_names_its_log(tmp_path):
    with (
        pytest.raises(ProcessEnded, match=rf"api has ended with exit code 3; {tmp_path}/api.log"),
        SideProcesses(tmp_path) as processes,
    ):
        processes.start("ui", ["-S", "-c", "import time; time.sleep(60)"], {})
        processes.start("api", ["-S", "-c", "raise SystemExit(3)"], {})
        pid = pid_of(processes, "ui")
        processes.pause(30)

    assert not is_running(pid)
