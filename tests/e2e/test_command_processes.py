"""Every command as a process of its own: exit code, standard output and standard error, one JSON object."""

import json
import re
from functools import lru_cache
from typing import NamedTuple

import pytest

from support.cli import SMALL, Delay
from support.shared_runs import own_copy

SOURCE = ("--source", SMALL)


class Case(NamedTuple):
    """A command line that ends soon; `message` is what a refusal, or a note, says on standard error."""

    arguments: tuple[str, ...] = ()
    code: int = 0
    message: str = ""
    repeatable: bool = True
    """Whether it writes the same a second time."""


CASES = {
    "ingest": Case((*SOURCE, "--json")),
    "preprocess": Case((*SOURCE, "--json")),
    "train": Case((*SOURCE, "--json")),
    "predict": Case(("--source", "simulator://smart_logistics?rows=50&seed=9&dirt=0", "--json")),
    "pipeline": Case(("--source", "absent.csv", "--json"), 3, "no such file"),
    "decisions": Case(("--json",)),
    "runs": Case(("--json",)),
    "promote": Case(("--json",)),
    "rollback": Case(("--json",), 5, "nothing to roll back"),
    "recalibrate": Case(("--schema", "scms", "--json"), 5, "no version of scms_delay has the alias production"),
    "erase": Case(("nobody", "--json")),
    "prune": Case(("--keep-days", "30", "--json"), repeatable=False),
    "serve": Case(("--host", "0.0.0.0"), 2, "other machines can reach"),  # noqa: S104 - refused
    "demo": Case(("--port", "70000"), 2, "65535"),
    "ui": Case(("--host", "192.0.2.1"), 2, "cannot be listened on"),
    "simulate": Case(("--out", "simulated.csv", "--rows", "10", "--json"), repeatable=False),
    "s3-sync": Case(("--bucket", "alone", "--json"), 2, "--bucket and --folder go together"),
    "db upgrade": Case(("--json",)),
    "db current": Case(("--json",)),
    "db roles": Case(),
    "db downgrade": Case(("serving", "base"), 2, "--yes"),
    "outbox list": Case(("--json",)),
    "outbox retry": Case(("--json",)),
    "outbox discard": Case(("1", "--json"), 3, "no dead letter 1"),
    "outcomes import": Case(("outcomes.csv", "--json")),
    "monitor run": Case(("--json",)),
    "monitor status": Case(("--json",)),
    "monitor report": Case(("--json",), 5, "run monitoring first"),
    "monitor replay": Case(("--source", "absent.csv", "--json"), 3, "no such file"),
    "keys add": Case(
        ("planner", "--file", "new-keys.json"), 0, "Store it now: new-keys.json holds only its hash.", repeatable=False
    ),
    "keys list": Case(("--file", "keys.json", "--json")),
    "keys revoke": Case(("nobody", "--file", "keys.json"), 3, "nobody"),
    "schema init": Case(("table.csv",)),
    "schema check": Case(("--schema", "smart_logistics", *SOURCE, "--json")),
    "schema show": Case(("--schema", "smart_logistics", "--json")),
    "schema reference": Case(),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("commands")


@pytest.fixture(scope="module")
def finished(simulated, folder):
    """A copy of a finished run that was not monitored yet, up-to-date databases, a table and a key."""
    delay = own_copy(simulated[0], folder)
    (delay.data / "monitoring.db").unlink(missing_ok=True)
    delay("db", "upgrade")
    delay("simulate", "--out", "table.csv", "--rows", "200", cwd=folder)
    delay("keys", "add", "planner", "--file", "keys.json", cwd=folder)
    (folder / "outcomes.csv").write_text("shipment_id,late\nA,\nB,perhaps\n")
    return delay


@pytest.fixture(scope="module")
def process_of(finished, folder):
    """Runs the case's process, once."""

    @lru_cache
    def run(name):
        return finished.process(*name.split(), *CASES[name].arguments, expect=CASES[name].code, cwd=folder)

    return run


@pytest.mark.parametrize("name", CASES)
def test_command_process__keeps_answer_and_messages_apart(process_of, name):
    case, ended = CASES[name], process_of(name)
    if case.code:
        assert ended.stdout == ""
        assert case.message in " ".join(re.sub("[│╭─╮╰╯]", " ", ended.stderr).split())
        return
    assert _messages(ended) == ([case.message] if case.message else [])
    assert ended.stdout.strip()
    if "--json" in case.arguments:
        assert isinstance(json.loads(ended.stdout), dict)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.repeatable])
def test_command_in_process__does_as_a_process(finished, folder, process_of, name):
    here = finished(*name.split(), *CASES[name].arguments, expect=CASES[name].code, cwd=folder)
    assert here.stdout == process_of(name).stdout
    assert _messages(here) == _messages(process_of(name))


def test_delay_process__prints_its_version_and_its_help(delay):
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", delay.process("--version").stdout)
    assert _commands(delay.process("--help").stdout) == _commands(delay("--help").stdout)


def test_cases__cover_every_command_that_help_lists(delay):
    assert set(_all_commands(delay)) == set(CASES)


def _messages(ended) -> list[str]:
    """Lines of standard error that are no progress."""
    return [line for line in ended.stderr.splitlines() if not line.startswith("✓")]


def _all_commands(delay: Delay, *group: str):
    text = delay(*group, "--help").stdout
    if "COMMAND [ARGS]" not in text:
        yield " ".join(group)
        return
    for name in _commands(text):
        yield from _all_commands(delay, *group, name)


def _commands(text: str) -> list[str]:
    listed = re.search(r"^Commands:\n((?:  .*\n)+)", text, re.MULTILINE).group(1)
    return re.findall(r"^  (\S+)", listed, re.MULTILINE)
