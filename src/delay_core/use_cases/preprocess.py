"""Preprocess: accepted rows are split by time, and encoders are fitted on what training may see."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core import digest
from delay_core.errors import TrainingRefused
from delay_core.features import FeatureEncoder
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.progress import Progress
from delay_core.ports.table_codec import TableCodec
from delay_core.reports import Ingested, Prepared, Window
from delay_core.schema import ShipmentSchema
from delay_core.splits import OPEN, PARTS, PURGED, SplitPolicy, split_by_time
from delay_core.stored_table import PartWriter, StoredTable
from delay_core.use_cases import ingest
from delay_core.use_cases.step import REPORT, Step
from delay_core.validation import LATE, SOURCE_ROW

KIND = "prepared"
VERSION = 1
PART, TIME = "part", "time"
SELECTION_ENCODER = "encoder-train.json"
FINAL_ENCODER = "encoder-final.json"


@dataclass(frozen=True)
class Preprocess:
    """One encoder is fitted on the train part, to choose a model by; one on train and validation, to serve.

    The matrices themselves are not stored: the encoder makes them from accepted rows, in training as in serving.
    """

    store: ArtifactStore
    codec: TableCodec
    progress: Progress
    policy: SplitPolicy

    def __call__(self, schema: ShipmentSchema, ingested: Ingested) -> Step[Prepared]:
        """Raises TrainingRefused when the outcomes are too few, or of one class only."""
        inputs = {"ingested": ingested.address, "policy": self.policy.model_dump()}
        address = digest.of_step("preprocess", VERSION, inputs)
        fresh = not self.store.has(KIND, address)
        if fresh:
            self._prepare(schema, ingested, address)
        return Step(Prepared.model_validate_json(self.store.read(KIND, address, REPORT)), fresh)

    def _prepare(self, schema: ShipmentSchema, ingested: Ingested, address: str) -> None:
        self.progress.step("Splitting by time, fitting the encoder")
        _refuse_one_class(schema, ingested)
        accepted = StoredTable(self.store, self.codec, ingest.KIND, ingested.address, "accepted")
        point = schema.prediction_point.column
        rows = accepted.whole([SOURCE_ROW, LATE, point, *([schema.group] if schema.group else [])])
        times = rows[point].dt.tz_localize(None).to_numpy()
        late = rows[LATE].to_numpy()
        groups = rows[schema.group].to_numpy(dtype=object) if schema.group else None
        part = split_by_time(times, late, np.timedelta64(schema.label.known_after), self.policy, groups)
        features = accepted.whole(list(schema.features))
        encoders = {
            SELECTION_ENCODER: FeatureEncoder.fit(schema, features[part == PARTS["train"]]),
            FINAL_ENCODER: FeatureEncoder.fit(schema, features[(part >= 0) & (part < PARTS["test"])]),
        }
        report = Prepared(
            address=address,
            ingested=ingested.address,
            windows={name: _window(times, late, part == code) for name, code in PARTS.items()},
            purged=int((part == PURGED).sum()),
            open=int((part == OPEN).sum()),
            features=encoders[FINAL_ENCODER].names,
            refused=schema.refused,
        )
        with self.store.create(KIND, address) as files:
            index = pd.DataFrame({SOURCE_ROW: rows[SOURCE_ROW], TIME: times, LATE: late, PART: part})
            PartWriter(files, self.codec, "rows").write(index)
            for name, encoder in encoders.items():
                files.write(name, encoder.to_json())
            files.write(REPORT, report.model_dump_json(indent=2).encode())


def _refuse_one_class(schema: ShipmentSchema, ingested: Ingested) -> None:
    if not ingested.late or not ingested.on_time:
        raise TrainingRefused(
            f"label {schema.label.column} holds one class only ({ingested.late} late, {ingested.on_time} on time, "
            f"{ingested.open} open); late and on-time shipments are both needed"
        )


def _window(times: NDArray[np.datetime64], late: NDArray[np.float64], mask: NDArray[np.bool_]) -> Window:
    start, end = (pd.Timestamp(moment, tz="UTC") for moment in (times[mask].min(), times[mask].max()))
    return Window(
        rows=int(mask.sum()), late=int(late[mask].sum()), start=start.to_pydatetime(), end=end.to_pydatetime()
    )
