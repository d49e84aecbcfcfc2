"""The README's table of results, compared with what a run answers."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).parents[2] / "README.md"
SHOWN = ("roc_auc", "pr_auc", "brier", "log_loss")


def assert_readme_shows(table: str, answer: Mapping[str, Any], *models: str) -> None:
    """The rows of this table, one for each model of the answer: within two units of the third decimal.

    Other processors round otherwise.
    """
    lines = README.read_text("utf-8").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(f"| {table}"))
    for line, model in zip(lines[first:], models, strict=False):
        shown = [float(number) for number in re.findall(r"\d\.\d{3}", line)]
        reprinted = [answer[model][name][end] for name in SHOWN for end in ("value", "low", "high")]
        assert shown == pytest.approx(reprinted, abs=0.002), line
