"""Use cases: what people ask the product to do, one per file."""

from delay_core.use_cases.check_schema import CheckSchema
from delay_core.use_cases.draft_schema import DraftSchema
from delay_core.use_cases.erase_shipment import EraseShipment
from delay_core.use_cases.follow import Follow
from delay_core.use_cases.ingest import Ingest
from delay_core.use_cases.pipeline import Pipeline, PipelineResult
from delay_core.use_cases.predict import Predict
from delay_core.use_cases.preprocess import Preprocess
from delay_core.use_cases.promote import Promote
from delay_core.use_cases.record_outcome import RecordOutcome
from delay_core.use_cases.register import Register
from delay_core.use_cases.retention import Retention
from delay_core.use_cases.rollback import Rollback
from delay_core.use_cases.step import Step
from delay_core.use_cases.train import Train

__all__ = [
    "CheckSchema",
    "DraftSchema",
    "EraseShipment",
    "Follow",
    "Ingest",
    "Pipeline",
    "PipelineResult",
    "Predict",
    "Preprocess",
    "Promote",
    "RecordOutcome",
    "Register",
    "Retention",
    "Rollback",
    "Step",
    "Train",
]
