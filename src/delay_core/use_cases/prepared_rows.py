"""Rows of a prepared table, encoded part by part so that only the matrix is ever whole in memory."""

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
from delay_core.splits import PARTS
from delay_core.stored_table import StoredTable
from delay_core.training import EncodedDataset, RawDataset
from delay_core.training.folds import MAX_TRAIN_ROWS
from delay_core.use_cases import preprocess
from delay_core.validation import KNOWN_AT, LATE, SOURCE_ROW


@dataclass(frozen=True)
class PreparedRows:
    """Reads what preprocessing left in the store."""

    store: ArtifactStore
    codec: TableCodec
    prepared: PreprocessReport

    @property
    def encoder(self) -> FeatureEncoder:
        """The encoder that the model will be served with."""
        return FeatureEncoder.from_json(PREPROCESSED.read(self.store, self.prepared.address, ENCODER))

    def index(self) -> pd.DataFrame:
        """source_row, time, late, known_at, part and possibly group of every accepted row, in the table's order."""
        return PREPROCESSED.table(self.store, self.codec, self.prepared.address, SPLIT_INDEX).whole()

    def accepted(self) -> StoredTable:
        """The accepted rows themselves, in the same order."""
        return INGESTED.table(self.store, self.codec, self.prepared.ingested, ACCEPTED)

    def encoded(self, encoder: FeatureEncoder, *parts: str) -> tuple[EncodedDataset, NDArray[np.int64]]:
        """The rows of these parts in time order, and their source rows."""
        index = self.index()
        wanted = np.isin(index[preprocess.PART].to_numpy(), [PARTS[part] for part in parts])
        chunks, at = [], 0
        for table in self.accepted().parts(list(encoder.columns)):
            chunks.append(encoder.encode_table(table[wanted[at : at + len(table)]]))
            at += len(table)
        kept = index[wanted]
        times = kept[preprocess.TIME].to_numpy()
        order = np.argsort(times, kind="stable")
        labels, known_at = kept[LATE].to_numpy().astype(np.int8), kept[KNOWN_AT].to_numpy()
        rows = EncodedDataset(np.concatenate(chunks), labels, times, known_at, _groups(kept))[order]
        return rows, kept[SOURCE_ROW].to_numpy()[order]

    def raw(self, names: tuple[str, ...]) -> RawDataset:
        """The validation part, and before it as many rows as folds learn from, in time order; the named columns."""
        index = self.index()
        part, times = index[preprocess.PART].to_numpy(), index[preprocess.TIME].to_numpy()
        learned = np.flatnonzero((part >= 0) & (part < PARTS["test"]))
        order = learned[np.argsort(times[learned], kind="stable")]
        order = order[-(int((part == PARTS["validation"]).sum()) + MAX_TRAIN_ROWS) :]
        wanted = np.zeros(len(index), dtype=bool)
        wanted[order] = True
        columns = self._columns(tuple(dict.fromkeys((*names, LATE, KNOWN_AT))), wanted)
        place = np.cumsum(wanted) - 1
        kept = index.iloc[order]
        return RawDataset(
            {name: values[place[order]] for name, values in columns.items()},
            kept[LATE].to_numpy().astype(np.int8),
            times[order],
            kept[KNOWN_AT].to_numpy(),
            part[order] == PARTS["validation"],
            _groups(kept),
        )

    def columns(self, names: tuple[str, ...], source_rows: NDArray[np.int64]) -> Mapping[str, NDArray[Any]]:
        """The accepted values of these columns, for these rows in this order [rows]."""
        if not names:
            return {}
        known = self.index()[SOURCE_ROW].to_numpy()
        wanted = np.isin(known, source_rows)
        kept = known[wanted]
        order = np.argsort(kept, kind="stable")
        at = order[np.searchsorted(kept, source_rows, sorter=order)]
        return {name: values[at] for name, values in self._columns(names, wanted).items()}

    def _columns(self, names: tuple[str, ...], wanted: NDArray[np.bool_]) -> dict[str, NDArray[Any]]:
        """The named columns as arrays [wanted rows], in the table's order; one part at a time is held whole."""
        parts, at = [], 0
        for table in self.accepted().parts(list(names)):
            parts.append(to_arrays(table[wanted[at : at + len(table)]], names))
            at += len(table)
        return {name: np.concatenate([part[name] for part in parts]) for name in names}


def _groups(kept: pd.DataFrame) -> NDArray[np.int64] | None:
    return kept[preprocess.GROUP].to_numpy() if preprocess.GROUP in kept else None
