"""Each use case, built from the ports that the container gives it.

A use case is imported when it is built: a command loads what it uses, and nothing else.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from delay_core.use_cases.check_schema import CheckSchema
    from delay_core.use_cases.erase_shipment import EraseShipment
    from delay_core.use_cases.follow import Follow
    from delay_core.use_cases.infer_schema import InferSchema
    from delay_core.use_cases.ingest import Ingest
    from delay_core.use_cases.pipeline import Pipeline
    from delay_core.use_cases.predict import Predict
    from delay_core.use_cases.preprocess import Preprocess
    from delay_core.use_cases.promote import Promote
    from delay_core.use_cases.register import Register
    from delay_core.use_cases.retention import Retention
    from delay_core.use_cases.rollback import Rollback
    from delay_core.use_cases.train import Train


def make_check_schema(**ports: Any) -> "CheckSchema":
    from delay_core.use_cases.check_schema import CheckSchema

    return CheckSchema(**ports)


def make_infer_schema(**ports: Any) -> "InferSchema":
    from delay_core.use_cases.infer_schema import InferSchema

    return InferSchema(**ports)


def make_erase_shipment(**ports: Any) -> "EraseShipment":
    from delay_core.use_cases.erase_shipment import EraseShipment

    return EraseShipment(**ports)


def make_follow(**ports: Any) -> "Follow":
    from delay_core.use_cases.follow import Follow

    return Follow(**ports)


def make_ingest(**ports: Any) -> "Ingest":
    from delay_core.use_cases.ingest import Ingest

    return Ingest(**ports)


def make_pipeline(**ports: Any) -> "Pipeline":
    from delay_core.use_cases.pipeline import Pipeline

    return Pipeline(**ports)


def make_predict(**ports: Any) -> "Predict":
    from delay_core.use_cases.predict import Predict

    return Predict(**ports)


def make_preprocess(**ports: Any) -> "Preprocess":
    from delay_core.use_cases.preprocess import Preprocess

    return Preprocess(**ports)


def make_promote(**ports: Any) -> "Promote":
    from delay_core.use_cases.promote import Promote

    return Promote(**ports)


def make_register(**ports: Any) -> "Register":
    from delay_core.use_cases.register import Register

    return Register(**ports)


def make_retention(**ports: Any) -> "Retention":
    from delay_core.use_cases.retention import Retention

    return Retention(**ports)


def make_rollback(**ports: Any) -> "Rollback":
    from delay_core.use_cases.rollback import Rollback

    return Rollback(**ports)


def make_train(**ports: Any) -> "Train":
    from delay_core.use_cases.train import Train

    return Train(**ports)
