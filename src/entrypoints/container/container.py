"""Which ports each use case is given."""

from delay_core.ports.progress import Progress
from entrypoints.container import log_makers, makers, mlflow_makers, use_case_makers
from entrypoints.container.injector import containers, providers
from entrypoints.settings import Settings


class Container(containers.DeclarativeContainer):
    """Give it `settings` and `progress`; ask it for use cases."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    progress: providers.Dependency[Progress] = providers.Dependency()
    policy = providers.Singleton(makers.make_split_policy)

    s3 = providers.Singleton(makers.make_s3)
    store = providers.Singleton(makers.make_store, settings, s3.provider)
    codec = providers.Singleton(makers.make_codec)
    source = providers.Singleton(makers.make_source, s3.provider)
    sync = providers.Singleton(makers.make_sync, s3.provider, progress)
    sampler = providers.Singleton(makers.make_sampler)
    oracle = providers.Singleton(makers.make_oracle)
    write_simulated = providers.Singleton(makers.make_write_simulated, progress)
    trainer = providers.Singleton(makers.make_trainer)
    runtime = providers.Singleton(makers.make_runtime)
    fitter = providers.Singleton(makers.make_fitter)
    explainer = providers.Singleton(makers.make_explainer)
    page = providers.Singleton(makers.make_page)
    probe = providers.Singleton(makers.make_probe)
    pictures = providers.Singleton(makers.make_pictures)
    mlflow = providers.Singleton(mlflow_makers.make_mlflow, settings)
    tracker = providers.Singleton(mlflow_makers.make_tracker, mlflow)
    registry = providers.Singleton(mlflow_makers.make_registry, mlflow)
    log = providers.Singleton(mlflow_makers.make_log, mlflow)
    cached_registry = providers.Singleton(mlflow_makers.make_cached, settings, registry.provider)

    infer_schema = providers.Factory(use_case_makers.make_infer_schema, sampler=sampler, progress=progress)
    check_schema = providers.Factory(use_case_makers.make_check_schema, source=source, progress=progress, policy=policy)
    ingest = providers.Factory(use_case_makers.make_ingest, source=source, store=store, codec=codec, progress=progress)
    preprocess = providers.Factory(
        use_case_makers.make_preprocess, store=store, codec=codec, progress=progress, policy=policy
    )
    train = providers.Factory(
        use_case_makers.make_train,
        store=store,
        codec=codec,
        trainer=trainer,
        fitter=fitter.provider,
        runtime=runtime.provider,
        explainer=explainer.provider,
        probe=probe.provider,
        oracle=oracle.provider,
        pictures=pictures.provider,
        page=page.provider,
        progress=progress,
        trials=settings.provided.trials,
        seed=settings.provided.seed,
    )
    register = providers.Factory(
        use_case_makers.make_register, store=store, tracker=tracker, registry=registry, progress=progress
    )
    promote = providers.Factory(
        use_case_makers.make_promote,
        store=store,
        codec=codec,
        registry=registry,
        log=log,
        runtime=runtime.provider,
        policy=settings.provided.gate,
        alias=settings.provided.model_alias,
        seed=settings.provided.seed,
    )
    owned_databases = providers.Singleton(log_makers.make_owned_databases, settings)
    operators = providers.Singleton(log_makers.make_operators, settings)
    journal = providers.Singleton(log_makers.make_journal, settings)
    erasable_predictions = providers.Singleton(
        log_makers.make_journaled_predictions, journal, providers.Singleton(log_makers.make_predictions, operators)
    )
    erasable_outcomes = providers.Singleton(
        log_makers.make_journaled_outcomes, journal, providers.Singleton(log_makers.make_outcomes, operators)
    )
    erase_shipment = providers.Factory(
        use_case_makers.make_erase_shipment, predictions=erasable_predictions, outcomes=erasable_outcomes
    )
    retention = providers.Factory(
        use_case_makers.make_retention, predictions=erasable_predictions, outcomes=erasable_outcomes
    )
    rollback = providers.Factory(
        use_case_makers.make_rollback, registry=registry, log=log, alias=settings.provided.model_alias
    )
    predict = providers.Factory(
        use_case_makers.make_predict,
        source=source,
        store=store,
        codec=codec,
        runtime=runtime.provider,
        explainer=explainer.provider,
        progress=progress,
    )
    pipeline = providers.Factory(
        use_case_makers.make_pipeline,
        ingest=ingest.provider,
        preprocess=preprocess.provider,
        train=train.provider,
        register=register.provider,
        promote=promote.provider,
        predict=predict.provider,
        registry=registry.provider,
        alias=settings.provided.model_alias,
    )

    serving = providers.Singleton(log_makers.make_serving, settings)
    predictions = providers.Singleton(log_makers.make_served_predictions, journal, serving)
    outcomes = providers.Singleton(
        log_makers.make_journaled_outcomes, journal, providers.Singleton(log_makers.make_outcomes, serving)
    )
    audit = providers.Singleton(
        log_makers.make_journaled_audit, journal, providers.Singleton(log_makers.make_audit, serving)
    )
    followed_registry = providers.Singleton(mlflow_makers.make_followed, settings, registry.provider)
    record_by_hand = providers.Singleton(mlflow_makers.make_record_by_hand, settings, log.provider)
    roll_back = providers.Singleton(mlflow_makers.make_roll_back, settings, rollback.provider)
    follow = providers.Factory(
        use_case_makers.make_follow,
        registry=followed_registry,
        runtime=runtime,
        explainer=explainer,
        alias=settings.provided.model_alias,
        allow_breaking_schema=settings.provided.api.allow_breaking_schema,
    )
