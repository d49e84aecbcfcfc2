"""Packs a trained model into a bundle."""

from delay_core.bundle import Bundle
from delay_core.calibration import calibrator_to_json
from delay_core.digest import canonical_json
from delay_core.features import FeatureEncoder
from delay_core.model_card import model_card
from delay_core.reference_sample import ReferenceSample
from delay_core.reports import TrainingResult
from delay_core.training.final_fit import FinalModel
from delay_core.training.model_selection import SelectionResult


def pack_bundle(
    result: TrainingResult,
    model: FinalModel,
    encoder: FeatureEncoder,
    selection: SelectionResult,
    reference: ReferenceSample,
) -> Bundle:
    """The bundle that serves the model, with the reference sample that monitoring compares with."""
    return Bundle.pack(
        {
            "model.onnx": model.onnx,
            "encoder.json": encoder.to_json(),
            "calibrator.json": calibrator_to_json(selection.calibration.calibrator),
            "label_sets.json": selection.label_sets.to_json(),
            "schema.json": canonical_json(result.schema.content),
            "metrics.json": _metrics_json(result),
            "model_card.md": model_card(result).encode(),
            "reference.json": reference.to_json(),
        }
    )


def _metrics_json(result: TrainingResult) -> bytes:
    """The winner and its metrics, without an oracle's: the bundle does not depend on whether there is an oracle."""
    return canonical_json(
        {
            "winner": result.winner.family,
            "parameters": result.winner.parameters,
            "half_life": result.winner.half_life,
            "members": [
                {"family": member.family, "parameters": member.parameters, "half_life": member.half_life}
                for member in result.members
            ],
            "trials": len(result.trials),
            "calendar": result.calendar.model_dump(),
            "calibration": result.calibration.model_dump(),
            "label_sets": result.label_sets.model_dump(),
            "validation": {family: estimates.model_dump() for family, estimates in result.validation.items()},
            "test": result.test.model_dump(exclude={"oracle"}),
            "windows": {name: window.model_dump(mode="json") for name, window in result.prepared.windows.items()},
        }
    )
