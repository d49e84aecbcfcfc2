"""The version that serves, for commands that predict with it."""

from rich.console import Console

from delay_core import ShipmentSchema
from delay_core.errors import NoSuchModel
from delay_core.ports.model_catalog import ModelCatalog, ModelVersion
from entrypoints.container import CliContainer
from entrypoints.settings import Settings


def serving_version(container: CliContainer, settings: Settings, schema: ShipmentSchema) -> ModelVersion:
    """The version at the serving alias. While MLflow is unavailable, the last known one, with a notice on stderr.

    Raises NoSuchModel if the alias points at no version.
    """
    name = settings.model_name_for(schema.name)
    registry: ModelCatalog = container.registry.model_catalog()
    version = registry.get_by_alias(name, settings.model_alias)
    if version is None:
        raise NoSuchModel(f"no version of {name} has the alias {settings.model_alias}; run delay pipeline first")
    if registry.stale_since is not None:
        since = f"{registry.stale_since:%Y-%m-%d %H:%M} UTC"
        notice = f"MLflow is unavailable: using version {version.version} of {name}, the serving one as of {since}"
        Console(stderr=True).print(notice)
    return version
