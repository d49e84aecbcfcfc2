"""The benchmarks are asked for as the Makefile does."""

import pytest

from benchmarks.quality.__main__ import PARTS, arguments


def test_without_parts_all_are_measured():
    assert arguments([]).parts == PARTS
    assert arguments(["speed", "origins"]).parts == ["speed", "origins"]


def test_a_part_that_does_not_exist_is_refused_with_those_that_do(capsys):
    with pytest.raises(SystemExit):
        arguments(["spead"])
    said = capsys.readouterr().err
    assert "spead" in said
    assert all(part in said for part in PARTS)
