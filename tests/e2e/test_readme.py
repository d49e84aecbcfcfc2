"""The README is correct: its library example runs, its commands exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from delay_core import parse_schema
from entrypoints.cli.command_line import app
from support.cli import ONE_TRIAL, Delay
from support.shared_runs import with_store

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXT = "\n".join(page.read_text("utf-8") for page in PAGES)


def test_library_example__runs(simulated):
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL).group(1)
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    bundle = next((simulated[0].data / "bundles").iterdir())
    code = code.replace("delay-data/bundles/DIGEST", str(bundle))
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert re.match(r"\d+\.\d% late", ended.stdout)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"^make ([a-z0-9-]+)", TEXT, re.MULTILINE))))
def test_make_targets__exist(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"^(?:\$ )?(?:\.venv/bin/)?delay ([a-z]+.*)$", TEXT, re.MULTILINE)))
)
def test_delay_commands__have_valid_options(command):
    name, *rest = command.split()
    path = [name, rest.pop(0)] if name in ("schema", "db", "keys", "monitor", "outcomes") else [name]
    helped = CliRunner().invoke(app, [*path, "--help"])
    assert helped.exit_code == 0, helped.output
    for option in (word for word in rest if word.startswith("--")):
        assert option in helped.output


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(?!components:)(.*?)```", TEXT, re.DOTALL))
def test_schemas__are_valid(text):
    """What begins with `components:` are lines of kustomize; tests/kubernetes renders them."""
    assert parse_schema(text, "docs").features


def test_make_help__lists_every_target_with_its_purpose():
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE):
        for name in target.split():
            assert re.search(rf"^  {name} +\S", listed, re.MULTILINE), name


def test_tutorial__reaches_a_promoted_model(tmp_path):
    delay = with_store(Delay(tmp_path / "delay-data", ONE_TRIAL))
    page = (ROOT / "docs/your-own-table.md").read_text("utf-8")
    commands = re.findall(r"^(delay [^#\n]*)", re.search(r"```sh\n(.*?)```", page, re.DOTALL).group(1), re.MULTILINE)
    assert len(commands) == 5
    outputs = [delay(*command.split()[1:], cwd=tmp_path).stdout for command in commands]
    assert "Ready to train" in outputs[2]
    assert "Promoted  version 1" in outputs[3]
    assert len((tmp_path / "predicted.csv").read_text("utf-8").splitlines()) > 4000
