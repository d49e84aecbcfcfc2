"""What a model card is made from."""

from collections.abc import Mapping
from dataclasses import dataclass

from delay_core.evaluation import Figures
from delay_core.reports import (
    CalibrationChoice,
    Importance,
    Ingested,
    LabelSetFigures,
    Prepared,
    Savings,
    Slice,
    TestFigures,
    Trial,
)
from delay_core.schema import ShipmentSchema


@dataclass(frozen=True)
class CardFacts:
    """Everything measured in a training. `best` is the best trial of each family, the winner first; `most_telling`
    says what the leakage probe found; `seed` and `trainer` are what learning began with.
    """

    schema: ShipmentSchema
    ingested: Ingested
    prepared: Prepared
    trials: tuple[Trial, ...]
    best: Mapping[str, Trial]
    validation: Mapping[str, Figures]
    calibration: CalibrationChoice
    test: TestFigures
    label_sets: LabelSetFigures
    slices: tuple[Slice, ...]
    savings: Savings
    importances: tuple[Importance, ...]
    most_telling: tuple[str, ...]
    trainer: str
    seed: int

    @property
    def winner(self) -> Trial:
        """The trial whose model serves."""
        return next(iter(self.best.values()))
