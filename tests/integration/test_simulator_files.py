"""Simulated tables as files: complete or absent, each with its own ground truth."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from adapters.simulator import GroundTruth, write_table
from adapters.simulator.text_columns import COLUMNS
from delay_core.errors import SourceError, StoreError
from support.simulated import BASE, table, truth


class Counting:
    """Progress that keeps what it received."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int | None]] = []
        self.pieces: list[int] = []

    def step(self, title: str, total: int | None = None) -> None:
        self.steps.append((title, total))

    def advance(self, pieces: int = 1) -> None:
        self.pieces.append(pieces)


class Failing(Counting):
    """Progress that raises after half of the work, as a full disk does."""

    def advance(self, pieces: int = 1) -> None:
        super().advance(pieces)
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_written_table__is_read_back_with_its_ground_truth(tmp_path, suffix):
    query, path, progress = "rows=60001&drift=missing&dirt=0.01", tmp_path / f"shipments{suffix}", Counting()

    written = write_table(f"{BASE}?{query}", path, progress)

    read = pd.read_csv(path, dtype=str, keep_default_na=False) if suffix == ".csv" else pq.read_table(path).to_pandas()
    pd.testing.assert_frame_equal(read.astype(object), table(query))
    assert np.array_equal(GroundTruth().late_probability(str(path)), truth(query))
    assert (written.path, written.truth, written.rows) == (path, tmp_path / "shipments.truth.parquet", 60_001)
    assert pq.read_schema(written.truth).metadata[b"table_sha256"].decode() == written.sha256
    assert pq.read_table(written.truth).column_names == ["source_row", "late_probability"]
    assert (progress.steps[0][1], sum(progress.pieces)) == (60_001, 60_001)
    assert {file.name for file in tmp_path.iterdir()} == {path.name, "shipments.truth.parquet"}


def test_csv__has_the_format_of_the_real_table(tmp_path):
    write_table(f"{BASE}?rows=3", tmp_path / "a.csv", Counting())

    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(",".join(COLUMNS).encode() + b"\r\n2024-")
    assert content.count(b"\r\n") == content.count(b"\n") == 4


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_write__is_reproducible_to_the_byte(tmp_path, suffix):
    first, second = (write_table(f"{BASE}?rows=70000", tmp_path / f"{name}{suffix}", Counting()) for name in "ab")

    assert first.sha256 == second.sha256
    assert first.truth.read_bytes() == second.truth.read_bytes()


def test_existing_file__is_overwritten_only_on_request(tmp_path):
    path = tmp_path / "shipments.csv"
    path.write_text("precious")

    with pytest.raises(StoreError, match=r"shipments\.csv exists already; choose another name, or ask to overwrite"):
        write_table(f"{BASE}?rows=5", path, Counting())
    assert path.read_text() == "precious"

    write_table(f"{BASE}?rows=5", path, Counting(), overwrite=True)
    assert len(GroundTruth().late_probability(str(path))) == len(pd.read_csv(path)) == 5


def test_file_created_during_the_write__is_kept(tmp_path):
    path = tmp_path / "shipments.csv"

    class Rival(Counting):
        def advance(self, pieces: int = 1) -> None:
            super().advance(pieces)
            path.write_text("precious")

    with pytest.raises(StoreError, match="exists already"):
        write_table(f"{BASE}?rows=5", path, Rival())

    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("shipments.csv", "precious")]


def test_ground_truth__is_separate_for_each_format(tmp_path):
    write_table(f"{BASE}?rows=5", tmp_path / "a.csv", Counting())

    with pytest.raises(StoreError, match=r"a\.truth\.parquet may hold the truth about a\.csv; choose another name"):
        write_table(f"{BASE}?rows=5", tmp_path / "a.parquet", Counting(), overwrite=True)


def test_failed_write__keeps_the_existing_files(tmp_path):
    path = tmp_path / "shipments.csv"
    write_table(f"{BASE}?rows=5", path, Counting())
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}

    with pytest.raises(StoreError, match=r"cannot write .*shipments\.csv: .*No space left on device"):
        write_table(f"{BASE}?rows=100000", path, Failing(), overwrite=True)

    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_ground_truth__written_before_its_table_is_not_used(tmp_path):
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    write_table(f"{BASE}?rows=5&seed=1", old, Counting())
    write_table(f"{BASE}?rows=5&seed=2", new, Counting())

    (tmp_path / "new.truth.parquet").replace(tmp_path / "old.truth.parquet")  # as if killed before the second rename
    with pytest.raises(SourceError, match="belongs to another table"):
        GroundTruth().late_probability(str(old))

    write_table(f"{BASE}?rows=5&seed=2", old, Counting(), overwrite=True)
    assert np.array_equal(GroundTruth().late_probability(str(old)), truth("rows=5&seed=2"))


def test_ground_truth__without_a_table_is_replaced(tmp_path):
    path = tmp_path / "shipments.csv"
    write_table(f"{BASE}?rows=5", path, Counting())
    path.unlink()

    with pytest.raises(SourceError, match=r"no such file, though shipments\.truth\.parquet holds the truth about it"):
        GroundTruth().late_probability(str(path))
    write_table(f"{BASE}?rows=6", path, Counting())

    assert len(GroundTruth().late_probability(path.as_uri())) == 6


def test_ground_truth__damaged_file_is_refused(tmp_path):
    path = tmp_path / "shipments.csv"
    written = write_table(f"{BASE}?rows=5", path, Counting())
    written.truth.write_bytes(b"PAR1 no more")

    with pytest.raises(SourceError, match=r"cannot be read as the truth about .*; remove shipments\.truth\.parquet"):
        GroundTruth().late_probability(str(path))


@pytest.mark.parametrize("values", [[0.5, np.nan], [0.5, 1.5]])
def test_ground_truth__invalid_probabilities_are_refused(tmp_path, values):
    path = tmp_path / "shipments.csv"
    written = write_table(f"{BASE}?rows=2", path, Counting())
    sound = pq.read_table(written.truth)
    pq.write_table(sound.set_column(1, "late_probability", [values]), written.truth)

    with pytest.raises(SourceError, match="is damaged"):
        GroundTruth().late_probability(str(path))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.xlsx", r"a\.xlsx: a simulated table is written to a file ending in \.csv or \.parquet"),
        ("absent/a.csv", "there is no folder .*absent; make it first"),
        ("folder.csv", r"folder\.csv exists already"),
    ],
)
def test_target__that_cannot_hold_a_table_is_refused(tmp_path, name, message):
    (tmp_path / "folder.csv").mkdir()

    with pytest.raises(StoreError, match=message):
        write_table(f"{BASE}?rows=5", tmp_path / name, Counting(), overwrite=True)
