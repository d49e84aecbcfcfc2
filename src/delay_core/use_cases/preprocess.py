"""Preprocess: split the accepted rows by time, and fit the encoder on the rows that the model may be trained on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core import digest
from delay_core.artifacts import ACCEPTED, ENCODER, INGESTED, PREPROCESSED, SPLIT_INDEX, StepResult
from delay_core.data_interval import WHOLE_TABLE, DataInterval
from delay_core.equal_columns import repeated_features
from delay_core.errors import TooFewOutcomes
from delay_core.features import FeatureEncoder
from delay_core.groups import group_codes
from delay_core.left_out import LeftOutCause, count_left_out
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.progress import Progress
from delay_core.ports.table_codec import TableCodec
from delay_core.reports import IngestReport, PreprocessReport, Window
from delay_core.schema import ShipmentSchema
from delay_core.splits import SPLITS, SplitInputs, SplitPolicy, split_by_time
from delay_core.stored_table import LazyColumns, PartitionWriter, StoredTable
from delay_core.validation import KNOWN_AT, LATE, SOURCE_ROW, last_known_moment, order_number, row_times

VERSION = 7
SPLIT, TIME, GROUP = "part", "time", "group"
"""Columns of the stored index."""


@dataclass(frozen=True)
class Preprocess:
    """Fits the encoder on the train and validation splits; training fits another one for each fold of its search.

    Matrices are not stored: the encoder computes them from accepted rows, in training as in serving.
    """

    store: ArtifactStore
    codec: TableCodec
    progress: Progress
    policy: SplitPolicy

    def __call__(self, schema: ShipmentSchema, ingested: IngestReport) -> StepResult[PreprocessReport]:
        """Raises TooFewOutcomes if there are too few outcomes, or outcomes of one class only."""
        inputs = {"ingested": ingested.address, "policy": self.policy.content}
        address = digest.step_address("preprocess", VERSION, inputs)
        return PREPROCESSED.get_or_compute(self.store, address, lambda: self._preprocess(schema, ingested, address))

    def _preprocess(self, schema: ShipmentSchema, ingested: IngestReport, address: str) -> None:
        self.progress.step("Splitting by time, fitting the encoder")
        _require_both_classes(schema, ingested)
        accepted = INGESTED.table(self.store, self.codec, ingested.address, ACCEPTED)
        source_rows = accepted.read_all([SOURCE_ROW])[SOURCE_ROW]
        rows = _split_inputs(schema, accepted, ingested.interval or WHOLE_TABLE)
        split = split_by_time(rows, self.policy)
        repeated = repeated_features(schema, ingested.equal_columns)
        fit_schema = schema.without_features(repeated)
        encoder = FeatureEncoder.fit(fit_schema, LazyColumns(accepted, (split >= 0) & (split < SPLITS["test"])))
        self.progress.advance(len(split))
        left_out = count_left_out(split)
        report = PreprocessReport(
            address=address,
            ingested=ingested.address,
            windows={name: _window(schema, rows, split == code) for name, code in SPLITS.items()},
            purged=sum(left_out.values()) - left_out.get(LeftOutCause.NO_OUTCOME, 0),
            open=left_out.get(LeftOutCause.NO_OUTCOME, 0),
            left_out=left_out,
            features=encoder.names,
            made_from={name: len(indices) for name, indices in encoder.sources.items()},
            refused=schema.post_hoc_columns | repeated,
        )
        with PREPROCESSED.create(self.store, address) as files:
            index = pd.DataFrame(
                {SOURCE_ROW: source_rows, TIME: rows.times, LATE: rows.late, KNOWN_AT: rows.known_at, SPLIT: split}
            )
            if rows.groups is not None:
                index[GROUP] = rows.groups
            PartitionWriter(files, self.codec, SPLIT_INDEX).write(index)
            files.write(ENCODER, encoder.to_json())
            PREPROCESSED.write_report(files, report)


def _split_inputs(schema: ShipmentSchema, accepted: StoredTable, interval: DataInterval) -> SplitInputs:
    rows = accepted.columns([LATE, KNOWN_AT, schema.prediction_point.sort_column])
    groups = group_codes([accepted.read_all([name])[name] for name in schema.group]) if schema.group else None
    snapshot = last_known_moment(schema, interval)
    return SplitInputs(row_times(schema, rows), rows[LATE], rows[KNOWN_AT], groups, snapshot)


def _require_both_classes(schema: ShipmentSchema, ingested: IngestReport) -> None:
    if not ingested.late or not ingested.on_time:
        raise TooFewOutcomes(
            f"label {' and '.join(schema.label.columns)} holds one class only ({ingested.late} late, "
            f"{ingested.on_time} on time, {ingested.open} open); late and on-time shipments are both needed"
        )


def _window(schema: ShipmentSchema, rows: SplitInputs, mask: NDArray[np.bool_]) -> Window:
    times = rows.times[mask]
    has_times = schema.prediction_point.column is not None
    start, end = (
        pd.Timestamp(time, tz="UTC").to_pydatetime() if has_times else order_number(time)
        for time in (times.min(), times.max())
    )
    return Window(rows=int(mask.sum()), late=int(rows.late[mask].sum()), start=start, end=end)
