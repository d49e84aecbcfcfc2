"""What a bundle says of how it came about: its metrics.json."""

from delay_core import digest
from delay_core.reports import PreprocessReport
from delay_core.training.choice import Choice
from delay_core.training.tested import Tested


def metrics_json(choice: Choice, tested: Tested, prepared: PreprocessReport) -> bytes:
    """The winner and its figures. Nothing of an oracle: what is learned does not depend on there being one."""
    winner = choice.winner
    return digest.canonical_json(
        {
            "winner": winner.family,
            "parameters": winner.parameters,
            "half_life": winner.half_life,
            "trials": len(choice.trials),
            "calibration": choice.calibrated.choice.model_dump(),
            "label_sets": tested.label_sets.model_dump(),
            "validation": {family: figures.model_dump() for family, figures in choice.validation.items()},
            "test": tested.figures.model_dump(exclude={"oracle"}),
            "windows": {name: window.model_dump(mode="json") for name, window in prepared.windows.items()},
        }
    )
