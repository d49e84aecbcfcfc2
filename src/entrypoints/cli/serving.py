"""Which version serves."""

from delay_core import ShipmentSchema
from delay_core.errors import NoSuchModel
from delay_core.ports.model_registry import ModelVersion
from entrypoints.container import Container
from entrypoints.settings import Settings


def serving_version(container: Container, settings: Settings, schema: ShipmentSchema) -> ModelVersion:
    """The version at the serving alias. Raises NoSuchModel, saying how to get one."""
    name = settings.name_of_model(schema.name)
    version = container.registry().at_alias(name, settings.model_alias)
    if version is None:
        raise NoSuchModel(f"no version of {name} has the alias {settings.model_alias}; run delay pipeline first")
    return version
