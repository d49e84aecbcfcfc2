"""Every Progress: steps in order, each with its own rows."""

import logging
import re

import pytest

from fakes import progress as fake
from support.lazy_module import LazyModule

terminal = LazyModule("entrypoints.cli.progress")
task_log = LazyModule("entrypoints.airflow.progress")


@pytest.fixture(params=["fake", "terminal", "task log"])
def report_of(request, capfd, caplog):
    """Does long work with a progress, and returns the steps that people then see, with the rows of each."""

    def report_of(work):
        if request.param == "fake":
            progress = fake.Progress()
            work(progress)
            return list(zip(progress.steps, progress.pieces, strict=True))
        if request.param == "task log":
            caplog.set_level(logging.INFO)
            progress = task_log.Progress(logging.getLogger("task"))
            work(progress)
            progress.finish()
            lines = [re.fullmatch(r"(.+): done(?:, ([\d,]+))?", message) for message in caplog.messages]
            return [(line[1], int((line[2] or "0").replace(",", ""))) for line in lines if line]
        with terminal.Progress() as progress:
            work(progress)
        lines = re.findall(r"✓ (.+) \([\d.]+ s(?:, ([\d,]+) rows)?", capfd.readouterr().err)
        return [(title, int(rows.replace(",", "") or 0)) for title, rows in lines]

    return report_of


def test_progress__reports_each_step_in_its_order_with_its_own_rows(report_of):
    def work(progress):
        progress.step("Reading")
        progress.advance(1_000)
        progress.advance()
        progress.step("Writing [a]")
        progress.advance(7)
        progress.step("Done")

    assert report_of(work) == [("Reading", 1_001), ("Writing [a]", 7), ("Done", 0)]


def test_progress__takes_a_step_of_known_size(report_of):
    def work(progress):
        progress.step("Searching", total=2)
        progress.advance()
        progress.step("Reading", total=None)

    assert [title for title, _ in report_of(work)] == ["Searching", "Reading"]


def test_terminal__prints_one_line_per_step_to_a_log(capfd):
    with terminal.Progress() as progress:
        progress.step("Reading")
        progress.advance(1_000)
        progress.step("Searching [x]", total=2)
    out, err = capfd.readouterr()
    assert out == ""
    assert "✓ Reading" in err
    assert re.search(r"1,000 rows, [\d,]+ rows/s\)", err)
    assert "✓ Searching [x]" in err


def test_terminal__marks_a_failed_step(capfd):
    with pytest.raises(RuntimeError), terminal.Progress() as progress:
        progress.step("Reading")
        raise RuntimeError
    assert "✗ Reading" in capfd.readouterr().err
