"""What every Progress keeps to: it takes whatever long work tells it, in any order."""

import re
from contextlib import nullcontext

import pytest

from fakes import progress as fake
from support.lazy_module import LazyModule

terminal = LazyModule("entrypoints.cli.progress")


@pytest.fixture(params=["fake", "terminal"])
def progress(request):
    with nullcontext(fake.Progress()) if request.param == "fake" else terminal.Progress() as shown:
        yield shown


def test_steps_follow_one_another_with_and_without_a_total(progress):
    progress.step("Reading")
    progress.advance(1_000)
    progress.step("Searching [parameters]", total=2)
    progress.advance()
    progress.advance()
    progress.step("Done")


def test_a_log_gets_a_line_for_every_step(capfd):
    with terminal.Progress() as progress:
        progress.step("Reading")
        progress.advance(1_000)
        progress.step("Searching [x]", total=2)
    out, err = capfd.readouterr()
    assert out == ""
    assert "✓ Reading" in err
    assert re.search(r"1,000 rows, [\d,]+ rows/s\)", err)
    assert "✓ Searching [x]" in err


def test_a_step_that_fails_is_marked(capfd):
    with pytest.raises(RuntimeError), terminal.Progress() as progress:
        progress.step("Reading")
        raise RuntimeError
    assert "✗ Reading" in capfd.readouterr().err
