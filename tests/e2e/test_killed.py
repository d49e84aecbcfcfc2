"""kill -9 anywhere, run again: the result is identical."""

import signal
import subprocess

from support.cli import SMALL

STEPS = ("Ingesting", "Splitting", "Looking", "Searching", "Predicting what", "Learning", "Recording")


def test_killed_at_the_end_of_every_step_the_result_is_the_same(simulated, delay):
    killed = [step for step in STEPS if _killed_after(delay, step)]
    assert len(killed) >= len(STEPS) - 1  # the last step's end may come too late to be hit
    assert delay.json("pipeline", "--source", SMALL)["model"] == simulated[1]["model"]
    assert len(delay.json("runs")["runs"]) == 1
    assert list((delay.data / ".unfinished").iterdir()) == []


def test_killed_in_the_middle_of_a_step_the_result_is_the_same(simulated, delay):
    for seconds in (1.0, 3.0, 5.0):
        running = delay.start("pipeline", "--source", SMALL)
        try:
            running.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            running.kill()
            running.communicate()
    result = delay.json("pipeline", "--source", SMALL)
    assert {**result, "changed": True, "decision": None} == {**simulated[1], "changed": True, "decision": None}


def _killed_after(delay, step):
    running = delay.start("pipeline", "--source", SMALL)
    for line in running.stderr:
        if f"✓ {step}" in line:
            running.send_signal(signal.SIGKILL)
            break
    running.communicate()
    return running.returncode == -signal.SIGKILL
