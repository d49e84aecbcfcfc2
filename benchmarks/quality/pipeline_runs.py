"""A table through training and the gate, as `delay pipeline` runs it, with its reports."""

import time
from dataclasses import dataclass
from pathlib import Path

from delay_core import ShipmentSchema
from delay_core.ports.progress import Progress
from delay_core.promotion import Decision
from delay_core.reports import IngestReport, PreprocessReport, TrainReport
from entrypoints.container import Container
from entrypoints.settings import Settings

_DEFAULTS = {name: Settings.model_fields[name].default for name in ("seed", "trials", "gate", "model_alias")}


@dataclass(frozen=True)
class PipelineRun:
    """The training report, the number of rows, the seconds of training, and the gate's decision."""

    rows: int
    trained: TrainReport
    seconds: float
    decision: Decision | None


def create_container(folder: Path, progress: Progress, **settings: int) -> Container:
    """The product with its embedded defaults, without this machine's environment, and its data in `folder`."""
    in_folder = {"data": str(folder), "local_dir": str(folder), "mlflow_tracking_uri": None, "model_name": None}
    return Container(settings=Settings(**{**_DEFAULTS, **in_folder, **settings}), progress=progress)


def ingest_and_preprocess(
    container: Container, schema: ShipmentSchema, url: str
) -> tuple[IngestReport, PreprocessReport]:
    """Ingest and split the table at `url`."""
    ingested: IngestReport = container.use_cases.ingest()(schema, url).report
    prepared: PreprocessReport = container.use_cases.preprocess()(schema, ingested).report
    return ingested, prepared


def run_pipeline(container: Container, schema: ShipmentSchema, url: str, name: str) -> PipelineRun:
    """Train on the table at `url`, register a version of the model `name`, and run the gate."""
    ingested, prepared = ingest_and_preprocess(container, schema, url)
    started_at = time.perf_counter()
    trained = container.use_cases.train()(schema, ingested, prepared).report
    seconds = time.perf_counter() - started_at
    version = container.use_cases.register()(name, ingested, prepared, trained)
    decision = container.use_cases.promote()(version, prepared, trained)
    return PipelineRun(ingested.rows.read, trained, seconds, decision)
