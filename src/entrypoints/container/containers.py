"""The containers of the applications, composed of those of single subjects."""

from delay_core.ports.progress import NoProgress, Progress
from entrypoints.container.databases import open_database
from entrypoints.container.injector import containers, providers
from entrypoints.container.logs import Logs, forward_outbox
from entrypoints.container.modeling import Modeling
from entrypoints.container.monitoring import Monitoring
from entrypoints.container.registry import Registry
from entrypoints.container.storage import Storage
from entrypoints.container.use_cases import UseCases
from entrypoints.settings import Settings


class Container(containers.DeclarativeContainer):
    """Every port and use case, for commands. Needs `settings`; without `progress`, work is silent."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    progress: providers.Dependency[Progress] = providers.Dependency(default=providers.Singleton(NoProgress))
    storage = providers.Container(Storage, settings=settings, progress=progress)
    modeling = providers.Container(Modeling, settings=settings)
    registry = providers.Container(Registry, settings=settings, storage=storage)
    logs = providers.Container(Logs, settings=settings)
    monitoring = providers.Container(
        Monitoring,
        settings=settings,
        progress=progress,
        storage=storage,
        modeling=modeling,
        registry=registry,
        logs=logs,
    )
    use_cases = providers.Container(
        UseCases,
        settings=settings,
        progress=progress,
        storage=storage,
        modeling=modeling,
        registry=registry,
        logs=logs,
    )


class ApiContainer(Container):
    """The REST API's: `init_resources` opens the database and starts the outbox, `shutdown_resources` ends both."""

    open_serving_database = providers.Resource(open_database, Container.logs.serving_database)
    running_outbox = providers.Resource(forward_outbox, Container.logs.outbox, open_serving_database)
