"""Small bundles for tests about where bundles go; their model is no model."""

import pandas as pd

from delay_core import Bundle, FeatureEncoder, load_schema
from delay_core.calibration import IdentityCalibrator, calibrator_to_json
from delay_core.conformal import LabelSets
from delay_core.digest import canonical_json
from delay_core.features import to_arrays
from delay_core.reference_sample import ReferenceSample


def tiny_bundle(salt: str, reference: ReferenceSample | None = None) -> Bundle:
    """A verified bundle of the schema `smart_logistics`; another salt, another digest. By default of format 2."""
    schema = load_schema("smart_logistics")
    rows = 3
    columns: dict[str, object] = {
        name: pd.Series([float(i) for i in range(rows)])
        if column.role == "numeric"
        else pd.Series(["Clear", "Heavy", "Detour"], dtype=object)
        for name, column in schema.features.items()
    }
    times = {part.column: pd.date_range("2024-01-01", periods=rows, tz="UTC") for part in schema.calendar}
    table = pd.DataFrame(columns | times)
    encoder = FeatureEncoder.fit(schema, to_arrays(table, table.columns))
    return Bundle.pack(
        {
            "model.onnx": f"no model: {salt}".encode(),
            "encoder.json": encoder.to_json(),
            "calibrator.json": calibrator_to_json(IdentityCalibrator()),
            "label_sets.json": LabelSets(late_from=0.3, on_time_up_to=0.6).to_json(),
            "schema.json": schema.model_dump_json().encode(),
            "metrics.json": canonical_json({"test.roc_auc": 0.7}),
            "model_card.md": b"# A bundle for tests\n",
            **({} if reference is None else {"reference.json": reference.to_json()}),
        }
    )
