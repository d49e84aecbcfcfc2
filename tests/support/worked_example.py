"""Worked examples of docs/extending.md, applied to a copy of `src`.

A `python` block that begins with a comment of its path is a new file. A `diff` block names a file in its first line;
each of its hunks begins with `@@`; its context, with the removed lines, occurs once in the file.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/extending.md"
_BLOCK = re.compile(r"^( *)```(python|diff)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


def apply_example(heading: str, folder: Path) -> set[str]:
    """Copy `src` into the folder and apply the section's blocks to it; the files that they create or change."""
    shutil.copytree(ROOT / "src", folder / "src")  # with what Python has compiled, which takes it seconds
    section = PAGE.read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    return {
        _create(dedent(text), folder) if language == "python" else _change(dedent(text), folder)
        for _, language, text in _BLOCK.findall(section)
    }


def run_example(folder: Path, program: str, **variables: str) -> str:
    """Run the Python program with the changed copy; its standard output."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), **variables}
    command = [sys.executable, "-c", program]
    process = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    return process.stdout


def _create(text: str, folder: Path) -> str:
    name = text.partition("\n")[0].removeprefix("# ")
    assert not (folder / name).exists(), f"{name} exists already"
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return name


def _change(diff: str, folder: Path) -> str:
    head, *hunks = diff.split("@@\n")
    name = head.strip().removeprefix("--- ")
    text = (folder / name).read_text("utf-8")
    for hunk in hunks:
        lines = hunk.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if not line.startswith("+"))
        assert text.count(before) == 1, f"{name} does not contain this once:\n{before}"
        text = text.replace(before, "".join(line[1:] for line in lines if not line.startswith("-")))
    (folder / name).write_text(text, "utf-8")
    return name
