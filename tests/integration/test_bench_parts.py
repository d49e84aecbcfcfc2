"""The benchmarks are asked for as the Makefile does."""

import pytest

from benchmarks.quality import __main__ as quality
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
