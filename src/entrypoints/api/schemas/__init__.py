"""The requests and responses of the API as pydantic models; a class name is the name of a schema in OpenAPI.

Shipments are the exception: their fields come from the schema of the serving model.
"""

from entrypoints.api.schemas.monitoring import Monitoring, MonitoringWindow
from entrypoints.api.schemas.outcomes import Outcome, OutcomesRequest, OutcomesResponse
from entrypoints.api.schemas.predictions import (
    Answer,
    Answers,
    LoggedPrediction,
    PredictRequest,
    RecordedOutcome,
    Shipment,
)
from entrypoints.api.schemas.service import (
    Dependency,
    Health,
    Liveness,
    Metadata,
    ProblemDetails,
    ReloadResponse,
    RollbackResponse,
    Usage,
    UsageField,
)

__all__ = [
    "Answer",
    "Answers",
    "Dependency",
    "Health",
    "Liveness",
    "LoggedPrediction",
    "Metadata",
    "Monitoring",
    "MonitoringWindow",
    "Outcome",
    "OutcomesRequest",
    "OutcomesResponse",
    "PredictRequest",
    "ProblemDetails",
    "RecordedOutcome",
    "ReloadResponse",
    "RollbackResponse",
    "Shipment",
    "Usage",
    "UsageField",
]
