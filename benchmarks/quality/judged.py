"""A table taken through training and the gate, as `delay pipeline` does it, with what there is to tell of it."""

import time
from dataclasses import dataclass
from pathlib import Path

from delay_core import ShipmentSchema
from delay_core.ports.progress import Progress
from delay_core.promotion import Decision
from delay_core.reports import IngestReport, PreprocessReport, TrainReport
from entrypoints.container import CliContainer, Container
from entrypoints.settings import Settings

_DEFAULTS = {name: Settings.model_fields[name].default for name in ("seed", "trials", "gate", "model_alias")}


@dataclass(frozen=True)
class Judged:
    """What training found in so many rows, in how many seconds; `decision` is the gate's."""

    rows: int
    trained: TrainReport
    seconds: float
    decision: Decision | None


def container_in(folder: Path, progress: Progress, **settings: int) -> Container:
    """The product with its embedded defaults, whatever this machine's environment says, its data in a folder."""
    here = {"data": str(folder), "local_dir": str(folder), "mlflow_tracking_uri": None, "model_name": None}
    return CliContainer(settings=Settings(**{**_DEFAULTS, **here, **settings}), progress=progress)


def prepared_in(container: Container, schema: ShipmentSchema, url: str) -> tuple[IngestReport, PreprocessReport]:
    """The table at this address, ingested and split."""
    ingested: IngestReport = container.use_cases.ingest()(schema, url).report
    prepared: PreprocessReport = container.use_cases.preprocess()(schema, ingested).report
    return ingested, prepared


def judged_in(container: Container, schema: ShipmentSchema, url: str, name: str) -> Judged:
    """Train on the table at this address, register as a version of this model, ask the gate."""
    ingested, prepared = prepared_in(container, schema, url)
    began = time.perf_counter()
    trained = container.use_cases.train()(schema, ingested, prepared).report
    seconds = time.perf_counter() - began
    version = container.use_cases.register()(name, ingested, prepared, trained)
    return Judged(ingested.rows.read, trained, seconds, container.use_cases.promote()(version, prepared, trained))
