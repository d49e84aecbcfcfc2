"""Which adapter stands behind each port: a function each; those of logs and of MLflow stand in files of their own.

Adapters are imported inside their function: what a command does not use, it does not load.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlparse

from delay_core.errors import StoreError

if TYPE_CHECKING:
    from adapters.s3 import Connection, Report
    from adapters.simulator import WrittenTable
    from delay_core.ports import (
        artifact_store,
        calibration_fitter,
        explainer,
        ground_truth,
        leakage_probe,
        model_card_renderer,
        model_runtime,
        model_trainer,
        plots,
        shipment_source,
        table_codec,
        table_sampler,
    )
    from delay_core.ports.progress import Progress
    from delay_core.splits import SplitPolicy
    from entrypoints.settings import Settings


def _folder(data: str) -> Path:
    if data.startswith("file:"):
        return Path(unquote(urlparse(data).path))
    if "://" in data:
        raise StoreError(f"DELAY_DATA={data}: no store speaks this scheme; give a folder, or a file:// or s3:// URL")
    return Path(data)


def here(settings: "Settings") -> Path:
    """The folder on this machine: that of the data, or another where they lie elsewhere."""
    return Path(settings.local) if settings.data.startswith("s3://") else _folder(settings.data)


def make_split_policy() -> "SplitPolicy":
    from delay_core.splits import SplitPolicy

    return SplitPolicy()


def make_store(settings: "Settings", s3: "Callable[[], Connection]") -> "artifact_store.ArtifactStore":
    if settings.data.startswith("s3://"):
        return _s3_store(settings.data, s3())
    from adapters.files import ArtifactStore

    return ArtifactStore(_folder(settings.data))


def _s3_store(url: str, connection: "Connection") -> "artifact_store.ArtifactStore":
    from adapters.s3 import ArtifactStore

    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    return ArtifactStore(connection, bucket, prefix)


def make_codec() -> "table_codec.TableCodec":
    from adapters.tabular import TableCodec

    return TableCodec()


def make_source(s3: "Callable[[], Connection]") -> "shipment_source.ShipmentSource":
    from entrypoints.container.sources import ShipmentSource

    return ShipmentSource(
        {"file": _file_source, "kaggle": _kaggle_source, "s3": partial(_s3_source, s3), "simulator": _simulator_source}
    )


def _file_source() -> "shipment_source.ShipmentSource":
    from adapters import files, tabular

    return tabular.ShipmentSource(files.ByteSource())


def _kaggle_source() -> "shipment_source.ShipmentSource":
    from adapters import kaggle, tabular

    return tabular.ShipmentSource(kaggle.ByteSource())


def _s3_source(s3: "Callable[[], Connection]") -> "shipment_source.ShipmentSource":
    from adapters import tabular
    from adapters.s3 import ByteSource

    return tabular.ShipmentSource(ByteSource(s3()))


def make_s3() -> "Connection":
    from adapters.s3 import Connection

    return Connection()


def make_sync(s3: "Callable[[], Connection]", progress: "Progress") -> "Callable[..., Report]":
    from adapters.s3 import synchronise

    return partial(synchronise, s3(), progress=progress)


def _simulator_source() -> "shipment_source.ShipmentSource":
    from adapters.simulator import ShipmentSource

    return ShipmentSource()


def make_sampler() -> "table_sampler.TableSampler":
    from adapters import tabular
    from adapters.files import ByteSource

    return tabular.TableSampler(ByteSource())


def make_oracle() -> "ground_truth.GroundTruth":
    from adapters.simulator import GroundTruth

    return GroundTruth()


def make_write_simulated(progress: "Progress") -> "Callable[..., WrittenTable]":
    from adapters.simulator import write_table

    return partial(write_table, progress=progress)


def make_trainer() -> "model_trainer.ModelTrainer":
    from adapters.sklearn.model_trainer import ModelTrainer

    return ModelTrainer()


def make_runtime() -> "model_runtime.ModelRuntime":
    from adapters.onnx import ModelRuntime

    return ModelRuntime()


def make_fitter() -> "calibration_fitter.CalibrationFitter":
    from adapters.sklearn.calibration_fitter import CalibrationFitter

    return CalibrationFitter()


def make_explainer() -> "explainer.ModelExplainer":
    from adapters.onnx import ModelExplainer

    return ModelExplainer()


def make_page() -> "model_card_renderer.ModelCardRenderer":
    from adapters.html import ModelCardRenderer

    return ModelCardRenderer()


def make_probe() -> "leakage_probe.LeakageProbe":
    from adapters.sklearn.leakage_probe import LeakageProbe

    return LeakageProbe()


def make_pictures() -> "plots.EvaluationPlots":
    from adapters.matplotlib import EvaluationPlots

    return EvaluationPlots()
