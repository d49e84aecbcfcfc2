"""What a bundle says of how it came about: its metrics.json."""

from delay_core import digest
from delay_core.reports import PreprocessReport
from delay_core.training.holdout import HoldoutResult
from delay_core.training.model_selection import SelectionResult


def metrics_json(selection: SelectionResult, holdout: HoldoutResult, prepared: PreprocessReport) -> bytes:
    """The winner and its figures. Nothing of an oracle: what is learned does not depend on there being one."""
    winner = selection.winner
    return digest.canonical_json(
        {
            "winner": winner.family,
            "parameters": winner.parameters,
            "half_life": winner.half_life,
            "trials": len(selection.trials),
            "calibration": selection.calibration.choice.model_dump(),
            "label_sets": holdout.label_sets.model_dump(),
            "validation": {family: figures.model_dump() for family, figures in selection.validation.items()},
            "test": holdout.metrics.model_dump(exclude={"oracle"}),
            "windows": {name: window.model_dump(mode="json") for name, window in prepared.windows.items()},
        }
    )
