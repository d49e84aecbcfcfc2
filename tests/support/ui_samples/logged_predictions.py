"""GET /predictions and POST /what-if."""

from datetime import timedelta
from typing import Any

from entrypoints.api.schemas import LoggedPrediction, PredictionList, WhatIf, WhatIfState
from support.ui_samples.shared_values import DIGEST, NOW, prediction_id
from support.ui_samples.worklists import reasons, worklist_item


def what_if_state(probability: float) -> WhatIfState:
    points = reasons()
    base = probability - sum(reason.points for reason in points) / 100
    return WhatIfState(
        probability=probability,
        base_probability=base,
        label_set="late" if probability > 0.7 else "cannot tell",
        prediction=int(probability > 0.2),
        cost_of_acting=20.0,
        cost_of_waiting=100 * probability,
        reasons=points,
    )


def what_if(current: float = 0.78, changed: float | None = None) -> WhatIf:
    return WhatIf(
        model_name="parcels_delay",
        model_version=3,
        currency="EUR",
        act_above=0.2,
        current=what_if_state(current),
        changed=None if changed is None else what_if_state(changed),
    )


def logged_prediction(number: int, shipment_id: str = "P-1", **values: Any) -> LoggedPrediction:
    """The newest one is number 1."""
    return LoggedPrediction.model_validate(
        {
            "prediction_id": prediction_id(number),
            "predicted_at": NOW - timedelta(hours=number),
            "request_data": worklist_item(1).shipment | {"parcel": shipment_id},
            "model_name": "parcels_delay",
            "model_version": 3,
            "bundle_digest": DIGEST,
            "schema_digest": DIGEST,
            "shipment_id": shipment_id,
            "point": NOW - timedelta(hours=6),
            "probability": 0.78 - 0.05 * (number - 1),
            "late": True,
            "error": None,
            "request_id": f"request-{number}",
            "client": "planner",
            "superseded_by": None,
            "outcome": None,
            **values,
        }
    )


def predictions(count: int = 3, **values: Any) -> PredictionList:
    return PredictionList(
        predictions=[logged_prediction(number, **values) for number in range(1, count + 1)], next_cursor=None
    )
