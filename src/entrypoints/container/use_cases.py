"""The use cases, each created from ports of the other containers."""

from typing import TYPE_CHECKING

from entrypoints.container import use_case_factories as factories
from entrypoints.container.injector import containers, providers
from entrypoints.settings import Settings

if TYPE_CHECKING:
    from delay_core.ports.progress import Progress


class UseCases(containers.DeclarativeContainer):
    """Adapters with expensive libraries are injected as providers, which a step calls only if it has to compute."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    progress: "providers.Dependency[Progress]" = providers.Dependency()
    storage = providers.DependenciesContainer()
    modeling = providers.DependenciesContainer()
    registry = providers.DependenciesContainer()
    logs = providers.DependenciesContainer()

    infer_schema = providers.Factory(factories.create_infer_schema, sampler=storage.table_sampler, progress=progress)
    check_schema = providers.Factory(
        factories.create_check_schema,
        source=storage.shipment_source,
        progress=progress,
        policy=modeling.split_policy,
        probe=modeling.leakage_probe.provider,
    )
    ingest = providers.Factory(
        factories.create_ingest,
        source=storage.shipment_source,
        store=storage.artifact_store,
        codec=storage.table_codec,
        progress=progress,
    )
    preprocess = providers.Factory(
        factories.create_preprocess,
        store=storage.artifact_store,
        codec=storage.table_codec,
        progress=progress,
        policy=modeling.split_policy,
    )
    train = providers.Factory(
        factories.create_train,
        store=storage.artifact_store,
        codec=storage.table_codec,
        trainer=modeling.trainer,
        solver=modeling.regression_solver.provider,
        runtime=modeling.runtime.provider,
        explainer=modeling.explainer.provider,
        probe=modeling.leakage_probe.provider,
        ground_truth=storage.ground_truth.provider,
        plots=modeling.plots.provider,
        card_renderer=modeling.model_card_renderer.provider,
        pool=modeling.worker_pool,
        progress=progress,
        trials=settings.provided.trials,
        seed=settings.provided.seed,
    )
    register = providers.Factory(
        factories.create_register,
        store=storage.artifact_store,
        tracker=registry.experiment_tracker,
        registry=registry.model_registry,
        progress=progress,
    )
    promote = providers.Factory(
        factories.create_promote,
        store=storage.artifact_store,
        codec=storage.table_codec,
        registry=registry.model_registry,
        log=registry.promotion_log,
        runtime=modeling.runtime.provider,
        policy=settings.provided.gate,
        alias=settings.provided.model_alias,
        seed=settings.provided.seed,
    )
    promote_version = providers.Factory(
        factories.create_promote_version,
        store=storage.artifact_store,
        tracker=registry.experiment_tracker,
        registry=registry.model_registry,
        promote=promote.provider,
        alias=settings.provided.model_alias,
    )
    recalibrate = providers.Factory(
        factories.create_recalibrate,
        settings,
        store=storage.artifact_store,
        registry=registry.model_registry,
        log=registry.promotion_log,
        predictions=logs.prediction_reader,
        outcomes=logs.outcome_log,
        actions=logs.action_log,
        runtime=modeling.runtime.provider,
        progress=progress,
    )
    rollback = providers.Factory(
        factories.create_rollback,
        registry=registry.model_registry,
        log=registry.promotion_log,
        alias=settings.provided.model_alias,
    )
    read_model_history = providers.Factory(
        factories.create_read_model_history,
        tracker=registry.experiment_tracker,
        registry=registry.model_registry,
        log=registry.promotion_log,
        alias=settings.provided.model_alias,
    )
    predict = providers.Factory(
        factories.create_predict,
        source=storage.shipment_source,
        store=storage.artifact_store,
        codec=storage.table_codec,
        runtime=modeling.runtime.provider,
        explainer=modeling.explainer.provider,
        progress=progress,
    )
    predict_table = providers.Factory(
        factories.create_predict_table,
        catalog=registry.model_catalog,
        predict=predict.provider,
        alias=settings.provided.model_alias,
    )
    pipeline = providers.Factory(
        factories.create_pipeline,
        ingest=ingest.provider,
        preprocess=preprocess.provider,
        train=train.provider,
        register=register.provider,
        promote=promote.provider,
        predict=predict.provider,
        registry=registry.model_registry.provider,
        alias=settings.provided.model_alias,
    )

    steps_by_digest = providers.Factory(
        factories.create_steps_by_digest, store=storage.artifact_store, pipeline=pipeline.provider
    )
    follow_alias = providers.Factory(
        factories.create_follow_alias,
        catalog=registry.serving_catalog,
        runtime=modeling.runtime,
        explainer=modeling.explainer,
        promotions=registry.serving_promotions,
        audit_log=logs.audit_log,
        alias=settings.provided.model_alias,
        allow_breaking_schema=settings.provided.api.allow_breaking_schema,
    )
    record_outcome = providers.Factory(
        factories.create_record_outcome, predictions=logs.prediction_reader, outcomes=logs.outcome_log
    )
    list_predictions = providers.Factory(
        factories.create_list_predictions,
        predictions=logs.prediction_reader,
        outcomes=logs.outcome_log,
        actions=logs.action_log,
    )
    measure_reliability = providers.Factory(factories.create_measure_reliability, reader=logs.reliability_reader)
    record_action = providers.Factory(
        factories.create_record_action,
        actions=logs.action_log,
        outcomes=logs.outcome_log,
        predictions=logs.prediction_reader,
    )
    read_worklist = providers.Factory(
        factories.create_read_worklist,
        worklist=logs.worklist,
        predictions=logs.prediction_reader,
        actions=logs.action_log,
        open_for=settings.provided.worklist.open_for,
    )
    import_outcomes = providers.Factory(
        factories.create_import_outcomes,
        source=storage.shipment_source,
        predictions=logs.prediction_reader,
        outcomes=logs.outcome_log,
        progress=progress,
    )
    erase_shipment = providers.Factory(
        factories.create_erase_shipment,
        predictions=logs.prediction_retention,
        outcomes=logs.retention_outcomes,
        actions=logs.retention_actions,
    )
    discard_dead_letters = providers.Factory(
        factories.create_discard_dead_letters, dead_letters=logs.dead_letters, audit_log=logs.audit_log
    )
    apply_retention = providers.Factory(
        factories.create_apply_retention,
        predictions=logs.prediction_retention,
        outcomes=logs.retention_outcomes,
        actions=logs.retention_actions,
        key_lifetime=settings.provided.key_lifetime,
    )
