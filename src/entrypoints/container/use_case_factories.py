"""Functions that import a use case when they create it: a command loads only what it uses."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from delay_core.use_cases.check_schema import CheckSchema
    from delay_core.use_cases.discard_dead_letters import DiscardDeadLetters
    from delay_core.use_cases.erase_shipment import EraseShipment
    from delay_core.use_cases.follow_alias import FollowAlias
    from delay_core.use_cases.import_outcomes import ImportOutcomes
    from delay_core.use_cases.infer_schema import InferSchema
    from delay_core.use_cases.ingest import Ingest
    from delay_core.use_cases.list_predictions import ListPredictions
    from delay_core.use_cases.measure_reliability import MeasureReliability
    from delay_core.use_cases.model_history import ReadModelHistory
    from delay_core.use_cases.pipeline import Pipeline
    from delay_core.use_cases.predict import Predict
    from delay_core.use_cases.predict_table import PredictTable
    from delay_core.use_cases.preprocess import Preprocess
    from delay_core.use_cases.promote import Promote
    from delay_core.use_cases.promote_version import PromoteVersion
    from delay_core.use_cases.read_worklist import ReadWorklist
    from delay_core.use_cases.recalibrate import Recalibrate
    from delay_core.use_cases.record_action import RecordAction
    from delay_core.use_cases.record_outcome import RecordOutcome
    from delay_core.use_cases.register import Register
    from delay_core.use_cases.retention import ApplyRetention
    from delay_core.use_cases.rollback import Rollback
    from delay_core.use_cases.steps_by_digest import StepsByDigest
    from delay_core.use_cases.train import Train
    from entrypoints.settings import Settings


def create_check_schema(**ports: Any) -> "CheckSchema":
    from delay_core.use_cases.check_schema import CheckSchema

    return CheckSchema(**ports)


def create_infer_schema(**ports: Any) -> "InferSchema":
    from delay_core.use_cases.infer_schema import InferSchema

    return InferSchema(**ports)


def create_ingest(**ports: Any) -> "Ingest":
    from delay_core.use_cases.ingest import Ingest

    return Ingest(**ports)


def create_preprocess(**ports: Any) -> "Preprocess":
    from delay_core.use_cases.preprocess import Preprocess

    return Preprocess(**ports)


def create_train(**ports: Any) -> "Train":
    from delay_core.use_cases.train import Train

    return Train(**ports)


def create_register(**ports: Any) -> "Register":
    from delay_core.use_cases.register import Register

    return Register(**ports)


def create_promote(**ports: Any) -> "Promote":
    from delay_core.use_cases.promote import Promote

    return Promote(**ports)


def create_promote_version(**ports: Any) -> "PromoteVersion":
    from delay_core.use_cases.promote_version import PromoteVersion

    return PromoteVersion(**ports)


def create_recalibrate(settings: "Settings", **ports: Any) -> "Recalibrate":
    from delay_core.use_cases.known_outcomes import KnownOutcomes
    from delay_core.use_cases.matured_rows import ReadMaturedRows
    from delay_core.use_cases.recalibrate import Recalibrate

    monitoring = settings.monitoring
    read = ReadMaturedRows(
        predictions=ports.pop("predictions"),
        known=KnownOutcomes(ports.pop("outcomes"), ports.pop("actions"), monitoring.grace),
        horizon=monitoring.horizon,
        max_rows=monitoring.max_rows or None,
        progress=ports.pop("progress"),
    )
    return Recalibrate(
        read=read, policy=settings.recalibration.policy, alias=settings.model_alias, seed=settings.seed, **ports
    )


def create_rollback(**ports: Any) -> "Rollback":
    from delay_core.use_cases.rollback import Rollback

    return Rollback(**ports)


def create_read_model_history(**ports: Any) -> "ReadModelHistory":
    from delay_core.use_cases.model_history import ReadModelHistory

    return ReadModelHistory(**ports)


def create_predict(**ports: Any) -> "Predict":
    from delay_core.use_cases.predict import Predict

    return Predict(**ports)


def create_predict_table(**ports: Any) -> "PredictTable":
    from delay_core.use_cases.predict_table import PredictTable

    return PredictTable(**ports)


def create_pipeline(**ports: Any) -> "Pipeline":
    from delay_core.use_cases.pipeline import Pipeline

    return Pipeline(**ports)


def create_steps_by_digest(**ports: Any) -> "StepsByDigest":
    from delay_core.use_cases.steps_by_digest import StepsByDigest

    return StepsByDigest(**ports)


def create_follow_alias(**ports: Any) -> "FollowAlias":
    from delay_core.use_cases.follow_alias import FollowAlias

    return FollowAlias(**ports)


def create_list_predictions(**ports: Any) -> "ListPredictions":
    from delay_core.use_cases.list_predictions import ListPredictions

    return ListPredictions(**ports)


def create_measure_reliability(**ports: Any) -> "MeasureReliability":
    from delay_core.use_cases.measure_reliability import MeasureReliability

    return MeasureReliability(**ports)


def create_read_worklist(**ports: Any) -> "ReadWorklist":
    from delay_core.use_cases.read_worklist import ReadWorklist

    return ReadWorklist(**ports)


def create_record_action(**ports: Any) -> "RecordAction":
    from delay_core.use_cases.record_action import RecordAction

    return RecordAction(**ports)


def create_record_outcome(**ports: Any) -> "RecordOutcome":
    from delay_core.use_cases.record_outcome import RecordOutcome

    return RecordOutcome(**ports)


def create_import_outcomes(**ports: Any) -> "ImportOutcomes":
    from delay_core.use_cases.import_outcomes import ImportOutcomes

    return ImportOutcomes(**ports)


def create_erase_shipment(**ports: Any) -> "EraseShipment":
    from delay_core.use_cases.erase_shipment import EraseShipment

    return EraseShipment(**ports)


def create_discard_dead_letters(**ports: Any) -> "DiscardDeadLetters":
    from delay_core.use_cases.discard_dead_letters import DiscardDeadLetters

    return DiscardDeadLetters(**ports)


def create_apply_retention(**ports: Any) -> "ApplyRetention":
    from delay_core.use_cases.retention import ApplyRetention

    return ApplyRetention(**ports)
