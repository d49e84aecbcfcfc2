"""The README's table of results: its figures are those that a run with the default settings gives."""

import re
from pathlib import Path

import pytest

from support.cli import DEFAULT_SEARCH, Delay
from support.shared_runs import with_store

README = Path(__file__).parents[2] / "README.md"
SHOWN = ("roc_auc", "pr_auc", "brier", "log_loss")


def test_the_figures_shown_for_simulated_shipments_are_those_that_a_run_reprints(delay):
    answer = with_store(Delay(delay.data, DEFAULT_SEARCH)).json("pipeline")
    _compare("simulated", {"model": answer["test"], "baseline": answer["baseline"], "oracle": answer["oracle"]})


def test_the_figures_shown_for_the_real_table_are_those_that_a_run_reprints(real):
    _compare("smart-logistics", {"model": real[1]["test"], "baseline": real[1]["baseline"]})


def test_the_figures_shown_for_the_deliveries_are_those_that_a_run_reprints(deliveries):
    _compare("scms", {"model": deliveries[1]["test"], "baseline": deliveries[1]["baseline"]})


def _compare(table, answer):
    """Within a unit of the third decimal: other processors round otherwise."""
    lines = README.read_text("utf-8").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(f"| {table}"))
    for line, figures in zip(lines[first:], answer.values(), strict=False):
        shown = [float(number) for number in re.findall(r"\d\.\d{3}", line)]
        reprinted = [figures[name][end] for name in SHOWN for end in ("value", "low", "high")]
        assert shown == pytest.approx(reprinted, abs=0.002), line
