"""Small models, learned within seconds from all rows of a table, and registered."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from adapters.mlflow import MlflowConnection, ModelRegistry
from adapters.sklearn.model_trainer import ModelTrainer
from delay_core import Bundle, FeatureEncoder, ShipmentSchema
from delay_core.calibration import BetaCalibration, calibrator_to_json
from delay_core.conformal import LabelSets
from delay_core.digest import canonical_json
from delay_core.features import to_arrays
from delay_core.ports.experiment_tracker import TrainingRun
from delay_core.ports.model_trainer import AVERAGE, Parameters, TrainingSet
from delay_core.reference_sample import ReferenceSample, monitored_columns, without_free_text
from delay_core.stored_table import StoredTable
from delay_core.validation import LATE, SOURCE_ROW, ShipmentValidator, ValidationResult
from entrypoints import pyfunc
from entrypoints.container import Container
from support.real_container import create_container

FAMILIES: dict[str, Parameters] = {
    "hist_gradient_boosting": {
        "learning_rate": 0.1,
        "max_iter": 40,
        "max_leaf_nodes": 16,
        "max_features": 1.0,
        "min_samples_leaf": 20,
        "l2_regularization": 1.0,
    },
    "random_forest": {
        "n_estimators": 30,
        "max_features": "sqrt",
        "max_leaf_nodes": 200,
        "min_samples_leaf": 0.002,
        "shrinkage_rows": 2.0,
    },
    "logistic_regression": {"C": 0.1},
}
_CALIBRATOR = BetaCalibration(a=0.9, b=1.1, c=0.05)


@dataclass(frozen=True)
class RealModels:
    """A table, its models in the order of their families as versions 1, 2, 3 …, and a container over their folder."""

    schema: ShipmentSchema
    path: Path
    container: Container
    bundles: dict[str, Bundle]

    @property
    def name(self) -> str:
        return f"{self.schema.name}_delay"

    def point(self, family: str) -> None:
        """Let this family's version have the alias."""
        data = Path(self.container.settings().data)
        store = MlflowConnection(f"sqlite:///{data / 'mlflow' / 'mlflow.db'}")
        registry = ModelRegistry(store, code=Path(pyfunc.__file__).with_name("model.py"))
        registry.set_alias(self.name, "production", list(self.bundles).index(family) + 1)

    def raw(self) -> pd.DataFrame:
        """The rows as they stand in the file: text, under the file's own names."""
        encoding = self.schema.source.encoding
        return pd.read_csv(self.path, dtype=str, keep_default_na=False, encoding=encoding).astype(object)

    def validated(self) -> ValidationResult:
        """The same as the batch path sorts it out."""
        chunks = list(self.container.storage.shipment_source().chunks(str(self.path), self.schema))
        return ShipmentValidator(self.schema, request=True).validate(pd.concat(chunks, ignore_index=True))

    def batch(self, family: str) -> tuple[pd.DataFrame, list[int]]:
        """The batch use case's predictions, and the rows of the file that it put into quarantine."""
        step = self.container.use_cases.predict()
        report = step.table(self.bundles[family], str(self.path)).report

        def stored(name: str) -> list[pd.DataFrame]:
            return list(StoredTable(step.store, step.codec, "predictions", report.address, name).partitions())

        rows = [row for part in stored("quarantined") for row in part[SOURCE_ROW].tolist()]
        assert len(rows) == report.rows.quarantined
        return pd.concat(stored("predictions"), ignore_index=True), rows


def learned(
    schema: ShipmentSchema, path: Path, folder: Path, families: Mapping[str, Parameters] = FAMILIES
) -> RealModels:
    """A model of each family from the table of this schema, then their average if there are several."""
    container = create_container(folder, trials=1)
    table = pd.concat(container.storage.shipment_source().chunks(str(path), schema), ignore_index=True)
    accepted = ShipmentValidator(schema).validate(table).accepted
    known = accepted[accepted[LATE].notna()].reset_index(drop=True)
    encoder = FeatureEncoder.fit(schema, to_arrays(known, known.columns))
    rows = TrainingSet(encoder.encode_table(known), known[LATE].to_numpy().astype(np.int8))
    point = schema.prediction_point.column
    times = None if point is None else to_arrays(known, [point])[point]
    columns = without_free_text(to_arrays(known, monitored_columns(schema)))
    trainer = ModelTrainer()
    fitted = {family: trainer.fit(family, parameters, rows, seed=0) for family, parameters in families.items()}
    if len(fitted) > 1:
        fitted[AVERAGE] = trainer.average(list(fitted.values()), [1 / len(fitted)] * len(fitted))
    bundles = {}
    for family, model in fitted.items():
        probabilities = _CALIBRATOR.apply(model.late_probability(rows.features))
        reference = ReferenceSample(columns, probabilities, rows.labels, times, None)
        bundles[family] = _packed(schema, encoder, family, model.to_onnx(), reference)
    models = RealModels(schema, path, container, bundles)
    run_id = container.registry.experiment_tracker().record(
        models.name, TrainingRun("a" * 64, {}, {}, {"model_card.md": b"# Small"})
    )
    for bundle in bundles.values():
        container.registry.model_registry().register(models.name, bundle, run_id)
    container.registry.model_registry().set_alias(models.name, "production", 1)
    return models


def _packed(
    schema: ShipmentSchema, encoder: FeatureEncoder, family: str, onnx: bytes, reference: ReferenceSample
) -> Bundle:
    metrics = {"winner": family, "parameters": {}, "test": {"winner": {}}}
    return Bundle.pack(
        {
            "model.onnx": onnx,
            "encoder.json": encoder.to_json(),
            "calibrator.json": calibrator_to_json(_CALIBRATOR),
            "label_sets.json": LabelSets(late_from=0.3, on_time_up_to=0.6).to_json(),
            "schema.json": schema.model_dump_json().encode(),
            "metrics.json": canonical_json(metrics),
            "model_card.md": b"# A small model\n",
            "reference.json": reference.to_json(),
        }
    )
