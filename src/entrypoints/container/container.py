"""Which ports each use case is given."""

from dependency_injector import containers, providers

from delay_core import use_cases
from delay_core.ports.progress import Progress
from delay_core.splits import SplitPolicy
from entrypoints.container import log_makers, makers, mlflow_makers
from entrypoints.settings import Settings


class Container(containers.DeclarativeContainer):
    """Give it `settings` and `progress`; ask it for use cases."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    progress: providers.Dependency[Progress] = providers.Dependency()
    policy = providers.Singleton(SplitPolicy)

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
    metrics = providers.Singleton(makers.make_metrics)
    probe = providers.Singleton(makers.make_probe)
    pictures = providers.Singleton(makers.make_pictures)
    mlflow = providers.Singleton(mlflow_makers.make_mlflow, settings)
    tracker = providers.Singleton(mlflow_makers.make_tracker, mlflow)
    registry = providers.Singleton(mlflow_makers.make_registry, mlflow)
    log = providers.Singleton(mlflow_makers.make_log, mlflow)
    cached_registry = providers.Singleton(mlflow_makers.make_cached, settings, registry.provider)

    draft_schema = providers.Factory(use_cases.DraftSchema, sampler=sampler, progress=progress)
    check_schema = providers.Factory(use_cases.CheckSchema, source=source, progress=progress, policy=policy)
    ingest = providers.Factory(use_cases.Ingest, source=source, store=store, codec=codec, progress=progress)
    preprocess = providers.Factory(use_cases.Preprocess, store=store, codec=codec, progress=progress, policy=policy)
    train = providers.Factory(
        use_cases.Train,
        store=store,
        codec=codec,
        trainer=trainer,
        fitter=fitter,
        runtime=runtime,
        explainer=explainer,
        metrics=metrics,
        probe=probe,
        oracle=oracle,
        pictures=pictures,
        page=page,
        progress=progress,
        trials=settings.provided.trials,
        seed=settings.provided.seed,
    )
    register = providers.Factory(use_cases.Register, store=store, tracker=tracker, registry=registry, progress=progress)
    promote = providers.Factory(
        use_cases.Promote,
        store=store,
        codec=codec,
        registry=registry,
        log=log,
        runtime=runtime,
        metrics=metrics,
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
        use_cases.EraseShipment, predictions=erasable_predictions, outcomes=erasable_outcomes
    )
    retention = providers.Factory(use_cases.Retention, predictions=erasable_predictions, outcomes=erasable_outcomes)
    rollback = providers.Factory(use_cases.Rollback, registry=registry, log=log, alias=settings.provided.model_alias)
    predict = providers.Factory(
        use_cases.Predict,
        source=source,
        store=store,
        codec=codec,
        runtime=runtime,
        explainer=explainer,
        progress=progress,
    )
    pipeline = providers.Factory(
        use_cases.Pipeline,
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
        use_cases.Follow,
        registry=followed_registry,
        runtime=runtime,
        explainer=explainer,
        alias=settings.provided.model_alias,
        allow_narrowing=settings.provided.api.allow_narrowing,
    )
