"""The use cases, each created from ports of the other containers."""

from typing import TYPE_CHECKING, Any

from entrypoints.container.injector import containers, providers
from entrypoints.settings import Settings

if TYPE_CHECKING:
    from delay_core.ports.progress import Progress
    from delay_core.use_cases.check_schema import CheckSchema
    from delay_core.use_cases.erase_shipment import EraseShipment
    from delay_core.use_cases.follow_alias import FollowAlias
    from delay_core.use_cases.infer_schema import InferSchema
    from delay_core.use_cases.ingest import Ingest
    from delay_core.use_cases.pipeline import Pipeline
    from delay_core.use_cases.predict import Predict
    from delay_core.use_cases.preprocess import Preprocess
    from delay_core.use_cases.promote import Promote
    from delay_core.use_cases.record_outcome import RecordOutcome
    from delay_core.use_cases.register import Register
    from delay_core.use_cases.retention import ApplyRetention
    from delay_core.use_cases.rollback import Rollback
    from delay_core.use_cases.train import Train


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


def create_rollback(**ports: Any) -> "Rollback":
    from delay_core.use_cases.rollback import Rollback

    return Rollback(**ports)


def create_predict(**ports: Any) -> "Predict":
    from delay_core.use_cases.predict import Predict

    return Predict(**ports)


def create_pipeline(**ports: Any) -> "Pipeline":
    from delay_core.use_cases.pipeline import Pipeline

    return Pipeline(**ports)


def create_follow_alias(**ports: Any) -> "FollowAlias":
    from delay_core.use_cases.follow_alias import FollowAlias

    return FollowAlias(**ports)


def create_record_outcome(**ports: Any) -> "RecordOutcome":
    from delay_core.use_cases.record_outcome import RecordOutcome

    return RecordOutcome(**ports)


def create_erase_shipment(**ports: Any) -> "EraseShipment":
    from delay_core.use_cases.erase_shipment import EraseShipment

    return EraseShipment(**ports)


def create_apply_retention(**ports: Any) -> "ApplyRetention":
    from delay_core.use_cases.retention import ApplyRetention

    return ApplyRetention(**ports)


class UseCases(containers.DeclarativeContainer):
    """Adapters with expensive libraries are injected as providers, which a step calls only if it has to compute."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    progress: "providers.Dependency[Progress]" = providers.Dependency()
    storage = providers.DependenciesContainer()
    modeling = providers.DependenciesContainer()
    registry = providers.DependenciesContainer()
    logs = providers.DependenciesContainer()

    infer_schema = providers.Factory(create_infer_schema, sampler=storage.table_sampler, progress=progress)
    check_schema = providers.Factory(
        create_check_schema, source=storage.shipment_source, progress=progress, policy=modeling.split_policy
    )
    ingest = providers.Factory(
        create_ingest,
        source=storage.shipment_source,
        store=storage.artifact_store,
        codec=storage.table_codec,
        progress=progress,
    )
    preprocess = providers.Factory(
        create_preprocess,
        store=storage.artifact_store,
        codec=storage.table_codec,
        progress=progress,
        policy=modeling.split_policy,
    )
    train = providers.Factory(
        create_train,
        store=storage.artifact_store,
        codec=storage.table_codec,
        trainer=modeling.trainer,
        solver=modeling.regression_solver.provider,
        runtime=modeling.runtime.provider,
        explainer=modeling.explainer.provider,
        probe=modeling.leakage_probe.provider,
        oracle=storage.ground_truth.provider,
        pictures=modeling.plots.provider,
        page=modeling.model_card_renderer.provider,
        progress=progress,
        trials=settings.provided.trials,
        seed=settings.provided.seed,
    )
    register = providers.Factory(
        create_register,
        store=storage.artifact_store,
        tracker=registry.experiment_tracker,
        registry=registry.model_registry,
        progress=progress,
    )
    promote = providers.Factory(
        create_promote,
        store=storage.artifact_store,
        codec=storage.table_codec,
        registry=registry.model_registry,
        log=registry.promotion_log,
        runtime=modeling.runtime.provider,
        policy=settings.provided.gate,
        alias=settings.provided.model_alias,
        seed=settings.provided.seed,
    )
    rollback = providers.Factory(
        create_rollback,
        registry=registry.model_registry,
        log=registry.promotion_log,
        alias=settings.provided.model_alias,
    )
    predict = providers.Factory(
        create_predict,
        source=storage.shipment_source,
        store=storage.artifact_store,
        codec=storage.table_codec,
        runtime=modeling.runtime.provider,
        explainer=modeling.explainer.provider,
        progress=progress,
    )
    pipeline = providers.Factory(
        create_pipeline,
        ingest=ingest.provider,
        preprocess=preprocess.provider,
        train=train.provider,
        register=register.provider,
        promote=promote.provider,
        predict=predict.provider,
        registry=registry.model_registry.provider,
        alias=settings.provided.model_alias,
    )

    follow_alias = providers.Factory(
        create_follow_alias,
        catalog=registry.serving_catalog,
        runtime=modeling.runtime,
        explainer=modeling.explainer,
        promotions=registry.serving_promotions,
        audit_log=logs.audit_log,
        alias=settings.provided.model_alias,
        allow_breaking_schema=settings.provided.api.allow_breaking_schema,
    )
    record_outcome = providers.Factory(
        create_record_outcome, predictions=logs.prediction_log, outcomes=logs.outcome_log
    )
    erase_shipment = providers.Factory(
        create_erase_shipment, predictions=logs.retention_predictions, outcomes=logs.retention_outcomes
    )
    apply_retention = providers.Factory(
        create_apply_retention, predictions=logs.retention_predictions, outcomes=logs.retention_outcomes
    )
