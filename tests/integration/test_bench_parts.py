"""The command lines of the benchmarks, as the Makefile uses them."""

import re
import shlex
from pathlib import Path

import pytest

from benchmarks.monitoring import __main__ as monitoring
from benchmarks.quality import __main__ as quality
from benchmarks.quality import readme_results
from benchmarks.serving import __main__ as serving

ROOT = Path(__file__).parents[2]
PARTS_COMMAND = re.compile(r'make bench-(quality|serving|monitoring) PARTS=("[^"\n]+"|[\w-]+)')
BENCHMARKS = {"quality": quality, "serving": serving, "monitoring": monitoring}
PARTED = pytest.mark.parametrize("benchmark", [quality, serving], ids=["quality", "serving"])


@PARTED
def test_parts__are_all_by_default(benchmark):
    parts = list(benchmark.PARTS[:1:-1])
    assert benchmark.arguments([]).parts == benchmark.PARTS
    assert benchmark.arguments(parts).parts == parts


@PARTED
def test_unknown_part__is_refused_with_the_known_ones(benchmark, capsys):
    with pytest.raises(SystemExit):
        benchmark.arguments(["spead"])
    message = capsys.readouterr().err
    assert "spead" in message
    assert all(part in message for part in benchmark.PARTS)


def test_parts_in_the_documents__exist():
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    commands = {command for path in documents for command in PARTS_COMMAND.findall(path.read_text())}
    assert {benchmark for benchmark, _ in commands} == BENCHMARKS.keys()
    for benchmark, parts in commands:
        BENCHMARKS[benchmark].arguments(shlex.split(parts.strip('"')))


README_LINES = [
    "| table | model | ROC-AUC |",
    "| scms, 10 rows | forest | 0.840 [0.808, 0.880] |",
    "| | baseline | 0.500 [0.500, 0.500] |",
]


@pytest.mark.parametrize(
    ("line", "differs"),
    [
        ("| scms, 10 rows | forest | 0.840 [0.808, 0.880] |", False),
        ("| scms, 10 rows | forest | 0.841 [0.807, 0.880] |", False),
        ("| scms, 10 rows | forest | 0.843 [0.808, 0.880] |", True),
        ("| scms, 11 rows | forest | 0.840 [0.808, 0.880] |", True),
        ("| scms, 10 rows | boosting | 0.840 [0.808, 0.880] |", True),
        ("| | baseline | 0.500 [0.500, 0.500] |", False),
        ("| | baseline | 0.500 [0.500, 0.500] | 0.2 |", True),
    ],
)
def test_lines_that_differ__are_those_with_other_figures_than_the_readme(line, differs):
    assert readme_results.lines_that_differ(README_LINES, [line]) == ([line] if differs else [])
