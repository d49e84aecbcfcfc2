"""Logged predictions as rows of `serving_logs`, and back."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from delay_core.ports.prediction_log import LoggedPrediction, model_uri


def to_row(prediction: LoggedPrediction) -> dict[str, object]:
    """The row's values by column, for SQLAlchemy."""
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


def from_row(row: RowMapping | Mapping[str, Any], superseded_by: str | None = None) -> LoggedPrediction:
    """The prediction in the row."""
    decision = row["prediction"]
    return LoggedPrediction(
        prediction_id=row["id"],
        predicted_at=row["timestamp"],
        request_data=row["request_data"],
        model_name=row["model_name"],
        model_version=row["model_version"],
        bundle_digest=row["bundle_digest"],
        schema_digest=row["schema_digest"],
        shipment_id=row["shipment_id"],
        point=row["point"],
        probability=row["probability"],
        late=None if decision is None else bool(decision),
        error=row["error_message"],
        request_id=row["request_id"],
        client=row["client"],
        superseded_by=superseded_by,
    )
