"""kill -9 anywhere, run again: the result is identical."""

import signal

import pytest

from support.cli import ONE_TRIAL, SMALL, Delay
from support.forked_commands import killed_at_file, killed_at_line

KILLS = (  # as a run comes to them: about to write a file, before a step commits, or when it has committed
    (killed_at_file, "accepted-00000.parquet"),
    (killed_at_line, "✓ Ingesting"),
    (killed_at_file, "encoder.json"),
    (killed_at_line, "✓ Splitting"),
    (killed_at_file, "losses.json", 3),
    (killed_at_line, "✓ Searching"),
    (killed_at_file, "dependence-3.png"),
    (killed_at_line, "✓ Fitting the final"),
    (killed_at_file, "MLmodel"),
    (killed_at_line, "✓ Recording"),
    (killed_at_file, "predictions-00000.parquet"),
)


def test_killed_before_and_after_every_commit__the_result_is_the_same(quick, tmp_path):
    delay, pipeline = Delay(tmp_path / "delay-data", ONE_TRIAL), ("pipeline", "--source", quick.table)
    for kill, *where in KILLS:
        kill(delay, pipeline, *where)
    result = delay.json(*pipeline)
    assert {**result, "changed": True, "decision": None} == {**quick.answer, "changed": True, "decision": None}
    assert len(delay.json("runs")["runs"]) == 1
    assert list((delay.data / ".unfinished").iterdir()) == []


@pytest.fixture
def started(delay):
    with delay.start("pipeline", "--source", SMALL) as process:
        yield process
        process.kill()


def test_command__killed_from_outside_leaves_what_the_next_one_finishes(simulated, delay, started):
    next(line for line in started.stderr if "✓ Ingesting" in line)
    started.send_signal(signal.SIGKILL)
    assert started.wait() == -signal.SIGKILL
    ingested = delay.json("ingest", "--source", SMALL)
    assert ingested["rows"] == simulated[1]["rows"]
    assert [folder.name for folder in (delay.data / "ingested").iterdir()] == [ingested["address"]]
