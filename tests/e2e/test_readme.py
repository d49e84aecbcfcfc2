"""The README tells the truth: its library example runs, its commands exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from delay_core import parse_schema
from entrypoints.cli.main import app
from entrypoints.settings import Settings
from support.cli import Delay

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHOWN = ("roc_auc", "pr_auc", "brier", "log_loss")
TEXT = "\n".join(page.read_text("utf-8") for page in PAGES)


def test_the_library_in_ten_lines(simulated):
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL).group(1)
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    bundle = next((simulated[0].data / "bundles").iterdir())
    code = code.replace("delay-data/bundles/DIGEST", str(bundle))
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert re.match(r"\d+\.\d% late", ended.stdout)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"^make ([a-z-]+)", TEXT, re.MULTILINE))))
def test_every_make_target_shown_exists(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"^(?:\$ )?(?:\.venv/bin/)?delay ([a-z]+.*)$", TEXT, re.MULTILINE)))
)
def test_every_delay_command_shown_knows_its_options(command):
    name, *rest = command.split()
    path = [name, rest.pop(0)] if name in ("schema", "db", "keys") else [name]
    helped = CliRunner().invoke(app, [*path, "--help"])
    assert helped.exit_code == 0, helped.output
    for option in (word for word in rest if word.startswith("--")):
        assert option in helped.output


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL))
def test_every_schema_shown_is_one(text):
    assert parse_schema(text, "docs").features


def test_help_lists_every_target_with_its_purpose():
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE):
        for name in target.split():
            assert re.search(rf"^  {name} +\S", listed, re.MULTILINE), name


@pytest.fixture
def documented(delay):
    """With the search that the README's figures come from, not the tests' short one."""
    return Delay(delay.data, {"DELAY_TRIALS": str(Settings.model_fields["trials"].default)})


def test_the_figures_shown_for_simulated_shipments_are_those_that_a_run_reprints(documented):
    answer = documented.json("pipeline")
    _compare("simulated", {"model": answer["test"], "baseline": answer["baseline"], "oracle": answer["oracle"]})


def test_the_figures_shown_for_the_real_table_are_those_that_a_run_reprints(documented, smart_logistics):
    answer = documented.json("pipeline", "--source", smart_logistics)
    _compare("smart-logistics", {"model": answer["test"], "baseline": answer["baseline"]})


def test_the_figures_shown_for_the_deliveries_are_those_that_a_run_reprints(documented, scms):
    answer = documented.json("pipeline", "--schema", "scms", "--source", scms)
    _compare("scms", {"model": answer["test"], "baseline": answer["baseline"]})


def test_the_ten_minutes_from_a_file_to_a_promoted_model_are_as_told(delay, tmp_path):
    page = (ROOT / "docs/your-own-table.md").read_text("utf-8")
    commands = re.findall(r"^(delay [^#\n]*)", re.search(r"```sh\n(.*?)```", page, re.DOTALL).group(1), re.MULTILINE)
    assert len(commands) == 5
    said = [delay(*command.split()[1:], cwd=tmp_path).stdout for command in commands]
    assert "Ready to train" in said[2]
    assert "Promoted  version 1" in said[3]
    assert len((tmp_path / "predicted.csv").read_text("utf-8").splitlines()) > 4000


def _compare(table, answered):
    """Within a unit of the third decimal: other processors round otherwise."""
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(f"| {table}"))
    for line, figures in zip(lines[first:], answered.values(), strict=False):
        shown = [float(number) for number in re.findall(r"\d\.\d{3}", line)]
        told = [figures[name][end] for name in SHOWN for end in ("value", "low", "high")]
        assert shown == pytest.approx(told, abs=0.002), line
