"""Every GroundTruth: the truth about the tables it knows, row by row; none about others; a mistaken one is refused."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from delay_core.errors import SourceError
from delay_core.ports.ground_truth import GroundTruth
from fakes.ground_truth import GroundTruth as InMemory
from support.lazy_module import LazyModule

simulator = LazyModule("adapters.simulator")

ROWS = 12_345
URL = f"simulator://smart_logistics?rows={ROWS}&seed=11"


class Silent:
    """Progress without a display."""

    def step(self, title: str, total: int | None = None) -> None: ...

    def advance(self, pieces: int = 1) -> None: ...


@dataclass(frozen=True)
class Case:
    """An oracle, a table that it knows, and one whose truth is about another table (None: there is no such thing)."""

    oracle: GroundTruth
    known: str
    mistaken: str | None = None


def in_memory(_folder: Path) -> Case:
    truth = np.random.default_rng(1).random(ROWS)
    return Case(InMemory({"known.csv": truth}, mistaken=["mistaken.csv"]), "known.csv", "mistaken.csv")


def simulator_url(_folder: Path) -> Case:
    return Case(simulator.GroundTruth(), URL)


def beside_a_file(folder: Path, suffix: str) -> Case:
    known, mistaken = folder / f"known{suffix}", folder / f"mistaken{suffix}"
    for path in (known, mistaken):
        simulator.write_table(URL, path, Silent())
    mistaken.write_bytes(mistaken.read_bytes() + b"\n")
    return Case(simulator.GroundTruth(), str(known), mistaken.as_uri())


CASES = {
    "fake": in_memory,
    "simulator URL": simulator_url,
    "beside a CSV file": lambda folder: beside_a_file(folder, ".csv"),
    "beside a Parquet file": lambda folder: beside_a_file(folder, ".parquet"),
}


@pytest.fixture(params=CASES)
def case(request, tmp_path) -> Case:
    return CASES[request.param](tmp_path)


def test_each_row_of_a_known_table__has_a_probability(case):
    truth = case.oracle.late_probability(case.known)

    assert truth is not None
    assert truth.dtype == np.float64
    assert truth.shape == (ROWS,)
    assert np.all((truth >= 0) & (truth <= 1))


def test_probabilities__are_the_same_each_time_in_a_new_array(case):
    first = case.oracle.late_probability(case.known)
    kept = first.copy()
    first[:] = -1

    assert np.array_equal(case.oracle.late_probability(case.known), kept)


def test_the_truth_of_other_tables__is_unknown(case, tmp_path):
    real = tmp_path / "real.csv"
    real.write_text("a,b\n1,2\n")

    for url in (
        str(real),
        real.as_uri(),
        str(tmp_path / "absent.csv"),
        "s3://bucket/known.csv",
        "postgresql://x/y",
        "",
    ):
        assert case.oracle.late_probability(url) is None


@pytest.mark.parametrize("case", [name for name in CASES if name != "simulator URL"], indirect=True)
def test_truth_about_another_table__is_refused_with_advice(case):
    with pytest.raises(SourceError, match=r"belongs to another table.* remove .*simulate .*again"):
        case.oracle.late_probability(case.mistaken)
