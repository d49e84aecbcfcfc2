"""Reads the output of preprocessing. Rows are encoded partition by partition, so that memory holds the matrix only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.artifacts import ACCEPTED, ENCODER, INGESTED, PREPROCESSED, SPLIT_INDEX
from delay_core.features import FeatureEncoder, to_arrays
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.table_codec import TableCodec
from delay_core.reports import PreprocessReport
from delay_core.splits import SPLITS
from delay_core.stored_table import StoredTable
from delay_core.training import EncodedDataset, RawDataset
from delay_core.training.folds import MAX_TRAIN_ROWS
from delay_core.use_cases import preprocess
from delay_core.validation import KNOWN_AT, LATE, SOURCE_ROW


@dataclass(frozen=True)
class PreparedRows:
    """The rows of a preprocessed table, read from the store with every call."""

    store: ArtifactStore
    codec: TableCodec
    prepared: PreprocessReport

    @property
    def encoder(self) -> FeatureEncoder:
        """The encoder that the model will be served with."""
        return FeatureEncoder.from_json(PREPROCESSED.read(self.store, self.prepared.address, ENCODER))

    def read_index(self) -> pd.DataFrame:
        """Source row, time, label, known_at, split code, and group if there are groups, of every accepted row.

        The rows are in the order of the table.
        """
        return PREPROCESSED.table(self.store, self.codec, self.prepared.address, SPLIT_INDEX).read_all()

    @property
    def accepted(self) -> StoredTable:
        """The accepted rows, in the same order."""
        return INGESTED.table(self.store, self.codec, self.prepared.ingested, ACCEPTED)

    def encoded(self, encoder: FeatureEncoder, *splits: str) -> tuple[EncodedDataset, NDArray[np.int64]]:
        """The rows of these splits in time order, and their source rows [rows]."""
        index = self.read_index()
        mask = np.isin(index[preprocess.SPLIT].to_numpy(), [SPLITS[name] for name in splits])
        matrices, start = [], 0
        for partition in self.accepted.partitions(list(encoder.columns)):
            matrices.append(encoder.encode_table(partition[mask[start : start + len(partition)]]))
            start += len(partition)
        selected = index[mask]
        times = selected[preprocess.TIME].to_numpy()
        order = np.argsort(times, kind="stable")
        labels, known_at = selected[LATE].to_numpy().astype(np.int8), selected[KNOWN_AT].to_numpy()
        rows = EncodedDataset(np.concatenate(matrices), labels, times, known_at, _groups(selected))[order]
        return rows, selected[SOURCE_ROW].to_numpy()[order]

    def raw(self, names: tuple[str, ...]) -> RawDataset:
        """The named columns of the validation rows, and of the rows before them that folds train on, in time order."""
        index = self.read_index()
        split, times = index[preprocess.SPLIT].to_numpy(), index[preprocess.TIME].to_numpy()
        before_test = np.flatnonzero((split >= 0) & (split < SPLITS["test"]))
        order = before_test[np.argsort(times[before_test], kind="stable")]
        order = order[-(int((split == SPLITS["validation"]).sum()) + MAX_TRAIN_ROWS) :]
        return self._dataset(tuple(dict.fromkeys((*names, LATE, KNOWN_AT))), index, order)

    def with_outcome(self, names: tuple[str, ...], split: str) -> tuple[RawDataset, NDArray[np.bool_]]:
        """The named columns of every row with an outcome, in time order, and which rows [rows] are of this split.

        Rows that no split has are among them: their outcomes became known, too.
        """
        index = self.read_index()
        has_outcome = np.flatnonzero(index[LATE].notna().to_numpy())
        order = has_outcome[np.argsort(index[preprocess.TIME].to_numpy()[has_outcome], kind="stable")]
        return self._dataset(names, index, order), index[preprocess.SPLIT].to_numpy()[order] == SPLITS[split]

    def _dataset(self, names: tuple[str, ...], index: pd.DataFrame, order: NDArray[np.int64]) -> RawDataset:
        """The rows at these positions of the table, in this order."""
        mask = np.zeros(len(index), dtype=bool)
        mask[order] = True
        columns = self._columns(names, mask) if names else {}
        position = np.cumsum(mask) - 1
        selected = index.iloc[order]
        return RawDataset(
            {name: values[position[order]] for name, values in columns.items()},
            selected[LATE].to_numpy().astype(np.int8),
            selected[preprocess.TIME].to_numpy(),
            selected[KNOWN_AT].to_numpy(),
            selected[preprocess.SPLIT].to_numpy() == SPLITS["validation"],
            _groups(selected),
        )

    def columns(self, names: tuple[str, ...], source_rows: NDArray[np.int64]) -> Mapping[str, NDArray[Any]]:
        """The accepted values of these columns, for these rows in this order [rows]."""
        if not names:
            return {}
        all_rows = self.read_index()[SOURCE_ROW].to_numpy()
        mask = np.isin(all_rows, source_rows)
        selected = all_rows[mask]
        order = np.argsort(selected, kind="stable")
        position = order[np.searchsorted(selected, source_rows, sorter=order)]
        return {name: values[position] for name, values in self._columns(names, mask).items()}

    def _columns(self, names: tuple[str, ...], mask: NDArray[np.bool_]) -> dict[str, NDArray[Any]]:
        """The named columns [selected rows], in the table's order; memory holds one partition at a time."""
        arrays, start = [], 0
        for partition in self.accepted.partitions(list(names)):
            arrays.append(to_arrays(partition[mask[start : start + len(partition)]], names))
            start += len(partition)
        return {name: np.concatenate([columns[name] for columns in arrays]) for name in names}


def _groups(index: pd.DataFrame) -> NDArray[np.int64] | None:
    return index[preprocess.GROUP].to_numpy() if preprocess.GROUP in index else None
