"""Rows of a prepared table, encoded part by part so that only the matrix is ever whole in memory."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.features import FeatureEncoder
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.table_codec import TableCodec
from delay_core.reports import Prepared
from delay_core.splits import PARTS
from delay_core.stored_table import StoredTable
from delay_core.training import TrainingRows
from delay_core.use_cases import ingest, preprocess
from delay_core.validation import KNOWN_AT, LATE, SOURCE_ROW


@dataclass(frozen=True)
class PreparedRows:
    """Reads what preprocessing left in the store."""

    store: ArtifactStore
    codec: TableCodec
    prepared: Prepared

    def encoder(self, file: str) -> FeatureEncoder:
        """One of the two fitted encoders."""
        return FeatureEncoder.from_json(self.store.read(preprocess.KIND, self.prepared.address, file))

    def index(self) -> pd.DataFrame:
        """source_row, time, late, known_at and part of every accepted row, in the table's order."""
        return StoredTable(self.store, self.codec, preprocess.KIND, self.prepared.address, "rows").whole()

    def accepted(self) -> StoredTable:
        """The accepted rows themselves, in the same order."""
        return StoredTable(self.store, self.codec, ingest.KIND, self.prepared.ingested, "accepted")

    def encoded(self, encoder: FeatureEncoder, *parts: str) -> tuple[TrainingRows, NDArray[np.int64]]:
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
        rows = TrainingRows(np.concatenate(chunks)[order], labels[order], times[order], known_at[order])
        return rows, kept[SOURCE_ROW].to_numpy()[order]
