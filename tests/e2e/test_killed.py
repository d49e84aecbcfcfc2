"""kill -9 anywhere, run again: the result is identical."""

import signal

import pytest

from support.cli import ONE_TRIAL, SMALL, Delay
from support.forked_commands import killed_at_file, killed_at_line
from support.shared_runs import with_store

PIPELINE = ("pipeline", "--source", SMALL)
KILLS = (  # as a run comes to them: about to write a file, in the middle of a step, or at the end of one
    (killed_at_file, "accepted-00000.parquet"),
    (killed_at_line, "✓ Ingesting"),
    (killed_at_file, "encoder.json"),
    (killed_at_line, "✓ Splitting"),
    (killed_at_line, "✓ Checking columns"),
    (killed_at_file, "losses.json", 3),
    (killed_at_line, "✓ Searching"),
    (killed_at_line, "✓ Predicting out"),
    (killed_at_file, "dependence-3.png"),
    (killed_at_line, "✓ Fitting the final"),
    (killed_at_file, "MLmodel"),
    (killed_at_line, "✓ Recording"),
    (killed_at_file, "predictions-00000.parquet"),
)


def test_killed_during_and_after_every_step__the_result_is_the_same(tmp_path):
    delay = Delay(tmp_path / "killed" / "delay-data", ONE_TRIAL)
    undisturbed = with_store(Delay(tmp_path / "undisturbed" / "delay-data", ONE_TRIAL)).json(*PIPELINE)
    for kill, *where in KILLS:
        kill(delay, PIPELINE, *where)
    result = delay.json(*PIPELINE)
    assert {**result, "changed": True, "decision": None} == {**undisturbed, "changed": True, "decision": None}
    assert len(delay.json("runs")["runs"]) == 1
    assert list((delay.data / ".unfinished").iterdir()) == []


@pytest.fixture
def started(delay):
    with delay.start(*PIPELINE) as process:
        yield process
        process.kill()


def test_command__killed_from_outside_leaves_what_the_next_one_finishes(simulated, delay, started):
    next(line for line in started.stderr if "✓ Ingesting" in line)
    started.send_signal(signal.SIGKILL)
    assert started.wait() == -signal.SIGKILL
    ingested = delay.json("ingest", "--source", SMALL)
    assert ingested["rows"] == simulated[1]["rows"]
    assert [folder.name for folder in (delay.data / "ingested").iterdir()] == [ingested["address"]]
