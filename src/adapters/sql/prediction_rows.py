"""A logged prediction as a row of `serving_logs`, and back."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from delay_core.ports.prediction_log import LoggedPrediction, model_uri


def row(prediction: LoggedPrediction) -> dict[str, object]:
    """The row's values, as SQLAlchemy takes them."""
    return {
        "timestamp": prediction.predicted_at,
        "id": prediction.prediction_id,
        "point": prediction.point,
        "probability": prediction.probability,
        "model_version": prediction.model_version,
        "prediction": None if prediction.late is None else int(prediction.late),
        "bundle_digest": prediction.bundle_digest,
        "schema_digest": prediction.schema_digest,
        "model_name": prediction.model_name,
        "model_uri": model_uri(prediction.model_name, prediction.model_version),
        "shipment_id": prediction.shipment_id,
        "request_id": prediction.request_id,
        "error_message": prediction.error,
        "request_data": prediction.request_data,
        "client": prediction.client,
    }


def prediction_of(found: RowMapping | Mapping[str, Any]) -> LoggedPrediction:
    """The prediction that the row holds."""
    decision = found["prediction"]
    return LoggedPrediction(
        prediction_id=found["id"],
        predicted_at=found["timestamp"],
        request_data=found["request_data"],
        model_name=found["model_name"],
        model_version=found["model_version"],
        bundle_digest=found["bundle_digest"],
        schema_digest=found["schema_digest"],
        shipment_id=found["shipment_id"],
        point=found["point"],
        probability=found["probability"],
        late=None if decision is None else bool(decision),
        error=found["error_message"],
        request_id=found["request_id"],
        client=found["client"],
    )
