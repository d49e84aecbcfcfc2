"""The requests and responses of the API as pydantic models; a class name is the name of a schema in OpenAPI.

Shipments are the exception: their fields come from the schema of the serving model.
"""

from delay_core.ports.action_log import MAX_NOTE_LENGTH, MAX_REASON_LENGTH, ActionKind
from delay_core.shipment_state import ShipmentState
from entrypoints.api.schemas.actions import (
    MAX_ACTOR_LENGTH,
    ActionList,
    ActionRequest,
    ActionResponse,
    RecordedAction,
)
from entrypoints.api.schemas.models import CalibrationPoint, GateDecision, Models, VersionSummary
from entrypoints.api.schemas.monitoring import Monitoring, MonitoringWindow
from entrypoints.api.schemas.outcomes import Outcome, OutcomesRequest, OutcomesResponse
from entrypoints.api.schemas.predictions import (
    Answer,
    Answers,
    LabelSet,
    LoggedPrediction,
    PredictionList,
    PredictRequest,
    Reason,
    RecordedOutcome,
    Shipment,
)
from entrypoints.api.schemas.reliability import ProbabilityBand, Reliability, ReliabilityWeek
from entrypoints.api.schemas.schema_drafts import SchemaDraft
from entrypoints.api.schemas.service import (
    Dependency,
    FieldError,
    Health,
    Liveness,
    Metadata,
    OutcomesSummary,
    ProblemDetails,
    RecalibrationSummary,
    ReloadResponse,
    RollbackResponse,
    Usage,
    UsageField,
)
from entrypoints.api.schemas.shipment_schema import (
    CoordinateFields,
    SchemaDescription,
    SchemaField,
    SourceDescription,
)
from entrypoints.api.schemas.what_if import WhatIf, WhatIfRequest, WhatIfState
from entrypoints.api.schemas.worklist import ExpectedSaving, Worklist, WorklistItem, WorklistPlan

__all__ = [
    "MAX_ACTOR_LENGTH",
    "MAX_NOTE_LENGTH",
    "MAX_REASON_LENGTH",
    "ActionKind",
    "ActionList",
    "ActionRequest",
    "ActionResponse",
    "Answer",
    "Answers",
    "CalibrationPoint",
    "CoordinateFields",
    "Dependency",
    "ExpectedSaving",
    "FieldError",
    "GateDecision",
    "Health",
    "LabelSet",
    "Liveness",
    "LoggedPrediction",
    "Metadata",
    "Models",
    "Monitoring",
    "MonitoringWindow",
    "Outcome",
    "OutcomesRequest",
    "OutcomesResponse",
    "OutcomesSummary",
    "PredictRequest",
    "PredictionList",
    "ProbabilityBand",
    "ProblemDetails",
    "Reason",
    "RecalibrationSummary",
    "RecordedAction",
    "RecordedOutcome",
    "Reliability",
    "ReliabilityWeek",
    "ReloadResponse",
    "RollbackResponse",
    "SchemaDescription",
    "SchemaDraft",
    "SchemaField",
    "Shipment",
    "ShipmentState",
    "SourceDescription",
    "Usage",
    "UsageField",
    "VersionSummary",
    "WhatIf",
    "WhatIfRequest",
    "WhatIfState",
    "Worklist",
    "WorklistItem",
    "WorklistPlan",
]
