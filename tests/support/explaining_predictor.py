"""A predictor without a model, for tests of reasons."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import cast

from delay_core.explanation import Reason
from delay_core.serving import ServingModel


class ExplainingPredictor:
    """Gives one reason, and counts the shipments that it explained; refuses those without values."""

    def __init__(self) -> None:
        self.explained = 0

    def parse(self, requests: Sequence[Sequence[Mapping[str, object]]]) -> SimpleNamespace:
        """As `Predictor.parse`, for requests of one shipment."""
        results: list[slice | ValueError] = []
        rows = 0
        for [record] in requests:
            results.append(slice(rows, rows + 1) if record else ValueError("refused"))
            rows += bool(record)
        return SimpleNamespace(results=results, shipments=range(rows))

    def predict_parsed(self, shipments: range, *, explained: bool) -> SimpleNamespace:
        """As `Predictor.predict_parsed`, with nothing but reasons."""
        assert explained
        self.explained += len(shipments)
        return SimpleNamespace(reasons=tuple((Reason("Traffic_Status", "Heavy", 18.0),) for _ in shipments))


def serving_model(predictor: ExplainingPredictor, version: int = 1, digest: str = "b" * 64) -> ServingModel:
    """A version that serves with this predictor."""
    fields = SimpleNamespace(name="late", version=version, digest=digest)
    return cast("ServingModel", SimpleNamespace(version=fields, predictor=predictor))
