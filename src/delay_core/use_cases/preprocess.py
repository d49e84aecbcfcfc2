"""Preprocess: accepted rows are split by time, and the encoder is fitted on what the model may learn from."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core import digest
from delay_core.artifacts import ACCEPTED, ENCODER, INGESTED, PREPROCESSED, SPLIT_INDEX, Step
from delay_core.errors import TrainingRefused
from delay_core.features import FeatureEncoder
from delay_core.groups import group_codes
from delay_core.parsing import instant
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.progress import Progress
from delay_core.ports.table_codec import TableCodec
from delay_core.reports import IngestReport, PreprocessReport, Window
from delay_core.schema import ShipmentSchema
from delay_core.splits import OPEN, PARTS, PURGED, SplitPolicy, Timeline, split_by_time
from delay_core.stored_table import PartWriter, StoredColumns, StoredTable
from delay_core.validation import KNOWN_AT, LATE, SOURCE_ROW

VERSION = 4
PART, TIME, GROUP = "part", "time", "group"


@dataclass(frozen=True)
class Preprocess:
    """The encoder learns from the train and validation parts; training refits it for each fold of its search.

    The matrices themselves are not stored: the encoder makes them from accepted rows, in training as in serving.
    """

    store: ArtifactStore
    codec: TableCodec
    progress: Progress
    policy: SplitPolicy

    def __call__(self, schema: ShipmentSchema, ingested: IngestReport) -> Step[PreprocessReport]:
        """Raises TrainingRefused when the outcomes are too few, or of one class only."""
        inputs = {"ingested": ingested.address, "policy": self.policy.model_dump()}
        address = digest.of_step("preprocess", VERSION, inputs)
        return PREPROCESSED.get_or_compute(self.store, address, lambda: self._prepare(schema, ingested, address))

    def _prepare(self, schema: ShipmentSchema, ingested: IngestReport, address: str) -> None:
        self.progress.step("Splitting by time, fitting the encoder")
        _refuse_one_class(schema, ingested)
        accepted = INGESTED.table(self.store, self.codec, ingested.address, ACCEPTED)
        rows = accepted.whole([SOURCE_ROW])
        line = _timeline(schema, accepted)
        part = split_by_time(line, self.policy)
        learned = StoredColumns(accepted, (part >= 0) & (part < PARTS["test"]))
        encoder = FeatureEncoder.fit(schema, learned)
        self.progress.advance(len(part))
        report = PreprocessReport(
            address=address,
            ingested=ingested.address,
            windows={name: _window(line, part == code) for name, code in PARTS.items()},
            purged=int((part == PURGED).sum()),
            open=int((part == OPEN).sum()),
            features=encoder.names,
            made_from={name: len(places) for name, places in encoder.sources.items()},
            refused=schema.post_hoc_columns,
        )
        with PREPROCESSED.create(self.store, address) as files:
            index = pd.DataFrame(
                {SOURCE_ROW: rows[SOURCE_ROW], TIME: line.times, LATE: line.late, KNOWN_AT: line.known_at, PART: part}
            )
            if line.groups is not None:
                index[GROUP] = line.groups
            PartWriter(files, self.codec, SPLIT_INDEX).write(index)
            files.write(ENCODER, encoder.to_json())
            PREPROCESSED.write_report(files, report)


def _timeline(schema: ShipmentSchema, accepted: StoredTable) -> Timeline:
    point = schema.prediction_point.column
    rows = accepted.columns([LATE, KNOWN_AT, point])
    groups = group_codes([accepted.whole([name])[name] for name in schema.group]) if schema.group else None
    snapshot = instant(schema.snapshot, schema.source.timezone) if schema.snapshot else None
    return Timeline(rows[point], rows[LATE], rows[KNOWN_AT], groups, snapshot)


def _refuse_one_class(schema: ShipmentSchema, ingested: IngestReport) -> None:
    if not ingested.late or not ingested.on_time:
        raise TrainingRefused(
            f"label {' and '.join(schema.label.columns)} holds one class only ({ingested.late} late, "
            f"{ingested.on_time} on time, {ingested.open} open); late and on-time shipments are both needed"
        )


def _window(line: Timeline, mask: NDArray[np.bool_]) -> Window:
    times = line.times[mask]
    start, end = (pd.Timestamp(moment, tz="UTC").to_pydatetime() for moment in (times.min(), times.max()))
    return Window(rows=int(mask.sum()), late=int(line.late[mask].sum()), start=start, end=end)
