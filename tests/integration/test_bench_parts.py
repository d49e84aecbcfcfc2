"""The benchmarks are asked for as the Makefile does."""

import pytest

from benchmarks.quality import __main__ as quality
from benchmarks.quality import tables
from benchmarks.serving import __main__ as serving

PARTED = pytest.mark.parametrize("benchmark", [quality, serving], ids=["quality", "serving"])


@PARTED
def test_without_parts_all_are_measured(benchmark):
    some = list(benchmark.PARTS[:1:-1])
    assert benchmark.arguments([]).parts == benchmark.PARTS
    assert benchmark.arguments(some).parts == some


@PARTED
def test_a_part_that_does_not_exist_is_refused_with_those_that_do(benchmark, capsys):
    with pytest.raises(SystemExit):
        benchmark.arguments(["spead"])
    said = capsys.readouterr().err
    assert "spead" in said
    assert all(part in said for part in benchmark.PARTS)


SHOWN = [
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
def test_figures_that_differ__are_lines_that_the_readme_does_not_show(line, differs):
    assert tables.figures_that_differ(SHOWN, [line]) == ([line] if differs else [])
