"""`make test-stand`: each part has a line, failures and what could not run are named, and decide the exit status."""

import sys
from pathlib import Path

import pytest

from infra.stand.__main__ import main
from infra.stand.commands import run_command, tracked_files
from infra.stand.part import Part, PartFailed, executable
from infra.stand.parts import PARTS
from infra.stand.parts.shell_scripts import shell_scripts
from infra.stand.run import run_parts


def fail(_folder):
    raise PartFailed("`checker` failed with status 1\nline 3: quote the variable")


def crash(_folder):
    raise KeyError("bucket")


def quiet(_folder):
    return ""


def write(folder):
    (folder / "result").write_text("")
    return "1 file"


def test_run__prints_a_line_for_each_part_and_succeeds(capsys):
    assert run_parts([Part("writes", write), Part("quiet", quiet)]) == 0
    first, second, total = capsys.readouterr().out.splitlines()
    assert first.split() == ["writes", "0.0", "s", "0.0", "s", "processor", "ok", "1", "file"]
    assert second.split() == ["quiet", "0.0", "s", "0.0", "s", "processor", "ok"]
    assert total.startswith("all parts")


def test_run__counts_the_seconds_of_the_processor_in_commands(capsys):
    def compute(_folder):
        return run_command("sh", "-c", "number=0; while [ $number -lt 600000 ]; do number=$((number + 1)); done")

    assert run_parts([Part("computes", compute)]) == 0
    computes = capsys.readouterr().out.splitlines()[0].split()
    assert float(computes[3]) > 0


@pytest.mark.parametrize(("run", "message"), [(fail, "line 3: quote the variable"), (crash, "KeyError: 'bucket'")])
def test_run__fails_with_what_failed_after_the_other_parts_ran(capsys, run, message):
    assert run_parts([Part("broken", run), Part("writes", write)]) == 1
    output = capsys.readouterr().out
    assert message in output
    assert "writes" in output
    assert output.endswith("Failed: broken.\n")


def test_run__says_at_the_end_what_this_machine_lacks(capsys):
    needs = (executable("no-such-program", "the package no-such"), lambda: None)
    assert run_parts([Part("absent", fail, needs), Part("writes", write)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "Not run: absent: no-such-program is not on PATH (install the package no-such)."


def test_command__says_which_parts_it_leaves_out(capsys, monkeypatch):
    monkeypatch.setattr("infra.stand.__main__.PARTS", (Part("slow", fail), Part("writes", write)))
    monkeypatch.setattr(sys, "argv", ["infra.stand", "--without", "slow"])
    assert main() == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Not run: slow: left out by --without."


def test_run__runs_a_part_whose_tools_are_on_this_machine():
    assert run_parts([Part("present", fail, (executable("sh"),))]) == 1


def test_run__fails_beyond_its_time_budget(capsys, monkeypatch):
    monkeypatch.setenv("CI", "true")
    assert run_parts([Part("writes", write)], budget_seconds=0) == 1
    assert "its budget is 0 s" in capsys.readouterr().out


def test_commands__name_the_status_and_the_output_of_what_failed():
    with pytest.raises(PartFailed, match=r"`sh -c echo no; exit 3` failed with status 3\nno"):
        run_command("sh", "-c", "echo no; exit 3")
    with pytest.raises(PartFailed, match="`true` succeeded; it should have failed"):
        run_command("true", expect_failure=True)
    assert run_command("sh", "-c", "echo no; exit 3", expect_failure=True) == "no\n"
    with pytest.raises(PartFailed, match="`make test-stand` installs the tools"):
        run_command("/no/such/tool")


def test_parts__have_names_that_one_word_selects():
    names = [part.name for part in PARTS]
    assert len(set(names)) == len(names)
    assert all(name.islower() and name.isascii() and " " not in name for name in names)


def test_shell_scripts__are_recognized_by_name_and_by_first_line():
    scripts = shell_scripts()
    assert ".ci/run" in scripts
    assert all(path.endswith(".sh") or not Path(path).suffix for path in scripts)
    assert set(scripts) <= set(tracked_files())
