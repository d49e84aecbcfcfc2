"""Which version serves."""

from rich.console import Console

from delay_core import ShipmentSchema
from delay_core.errors import NoSuchModel
from delay_core.ports.model_catalog import ModelVersion
from entrypoints.container import Container
from entrypoints.settings import Settings


def serving_version(container: Container, settings: Settings, schema: ShipmentSchema) -> ModelVersion:
    """The version at the serving alias, as this machine remembers it while MLflow is away, which is then told.

    Raises NoSuchModel, saying how to get one.
    """
    name = settings.name_of_model(schema.name)
    registry = container.cached_registry()
    version = registry.get_by_alias(name, settings.model_alias)
    if version is None:
        raise NoSuchModel(f"no version of {name} has the alias {settings.model_alias}; run delay pipeline first")
    if registry.stale_since is not None:
        since = f"{registry.stale_since:%Y-%m-%d %H:%M} UTC"
        Console(stderr=True).print(f"MLflow is away: version {version.version} of {name} serves, as known at {since}")
    return version
