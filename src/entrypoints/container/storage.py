"""Where tables are read, and where steps write their output."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from delay_core.errors import SchemaError
from entrypoints.container.injector import containers, providers
from entrypoints.settings import Settings

if TYPE_CHECKING:
    from adapters.s3 import S3Client
    from adapters.simulator import WrittenTable
    from delay_core import ShipmentSchema
    from delay_core.ports.artifact_store import ArtifactStore
    from delay_core.ports.folder_sync import FolderSync
    from delay_core.ports.ground_truth import GroundTruth
    from delay_core.ports.progress import Progress
    from delay_core.ports.shipment_source import ShipmentSource
    from delay_core.ports.table_codec import TableCodec
    from delay_core.ports.table_sampler import TableSampler

_SUFFIXES = (".yaml", ".yml")


def resolve_schema(name_or_path: str) -> "ShipmentSchema":
    """A built-in schema by its name, any other by the path of its file. Raises SchemaError."""
    from delay_core import built_in_names, load_schema

    if name_or_path in built_in_names():
        return load_schema(name_or_path)
    path = Path(name_or_path)
    if "/" not in name_or_path and path.suffix not in _SUFFIXES and not path.is_file():
        for similar in (f"{name_or_path}{suffix}" for suffix in _SUFFIXES):
            if Path(similar).is_file():
                raise SchemaError(f"no built-in schema {name_or_path!r}; name the file: {similar}")
        return load_schema(name_or_path)  # raises the error that lists the built-in names
    from adapters.files import read_schema

    return read_schema(name_or_path)


def create_s3_client() -> "S3Client":
    from adapters.s3 import S3Client

    return S3Client()


def create_folder_store(folder: Path) -> "ArtifactStore":
    from adapters.files import ArtifactStore

    return ArtifactStore(folder)


def create_bucket_store(client: "S3Client", url: str) -> "ArtifactStore":
    from adapters.s3 import ArtifactStore

    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    return ArtifactStore(client, bucket, prefix)


def create_codec() -> "TableCodec":
    from adapters.tabular import TableCodec

    return TableCodec()


def create_file_source() -> "ShipmentSource":
    from adapters import files, tabular

    return tabular.ShipmentSource(files.ByteSource())


def create_kaggle_source() -> "ShipmentSource":
    from adapters import kaggle, tabular

    return tabular.ShipmentSource(kaggle.ByteSource())


def create_s3_source(client: "S3Client") -> "ShipmentSource":
    from adapters import s3, tabular

    return tabular.ShipmentSource(s3.ByteSource(client))


def create_simulator_source() -> "ShipmentSource":
    from adapters.simulator import ShipmentSource

    return ShipmentSource()


def create_database_source() -> "ShipmentSource":
    from adapters.database_tables import ShipmentSource

    return ShipmentSource()


def create_routed_source(sources: "Mapping[str, Callable[[], ShipmentSource]]") -> "ShipmentSource":
    from adapters.routing import RoutedShipmentSource

    return RoutedShipmentSource(sources)


def create_file_sampler() -> "TableSampler":
    from adapters import files, tabular

    return tabular.TableSampler(files.ByteSource())


def create_kaggle_sampler() -> "TableSampler":
    from adapters import kaggle, tabular

    return tabular.TableSampler(kaggle.ByteSource())


def create_s3_sampler(client: "S3Client") -> "TableSampler":
    from adapters import s3, tabular

    return tabular.TableSampler(s3.ByteSource(client))


def create_database_sampler() -> "TableSampler":
    from adapters.database_tables import TableSampler

    return TableSampler()


def create_routed_sampler(samplers: "Mapping[str, Callable[[], TableSampler]]") -> "TableSampler":
    from adapters.routing import RoutedTableSampler

    return RoutedTableSampler(samplers)


def create_folder_sync(client: "S3Client", progress: "Progress") -> "FolderSync":
    from adapters.s3 import FolderSync

    return FolderSync(client, progress)


def create_ground_truth() -> "GroundTruth":
    from adapters.simulator import GroundTruth

    return GroundTruth()


def create_table_simulator(progress: "Progress") -> "Callable[..., WrittenTable]":
    from adapters.simulator import write_table

    return partial(write_table, progress=progress)


class Storage(containers.DeclarativeContainer):
    """The artifact store is chosen by the scheme of `settings.data`, the source of a table by that of its URL."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    progress: "providers.Dependency[Progress]" = providers.Dependency()

    s3_client = providers.Singleton(create_s3_client)
    artifact_store = providers.Selector(
        settings.provided.data_scheme,
        file=providers.Singleton(create_folder_store, settings.provided.data_folder),
        s3=providers.Singleton(create_bucket_store, s3_client, settings.provided.data),
    )
    table_codec = providers.Singleton(create_codec)
    database_source = providers.Singleton(create_database_source)
    sources_by_scheme = providers.Dict(
        file=providers.Factory(create_file_source).provider,
        kaggle=providers.Factory(create_kaggle_source).provider,
        postgres=database_source.provider,
        postgresql=database_source.provider,
        s3=providers.Factory(create_s3_source, s3_client).provider,
        simulator=providers.Factory(create_simulator_source).provider,
        sqlite=database_source.provider,
    )
    shipment_source = providers.Singleton(create_routed_source, sources_by_scheme)
    database_sampler = providers.Factory(create_database_sampler)
    samplers_by_scheme = providers.Dict(
        file=providers.Factory(create_file_sampler).provider,
        kaggle=providers.Factory(create_kaggle_sampler).provider,
        postgres=database_sampler.provider,
        postgresql=database_sampler.provider,
        s3=providers.Factory(create_s3_sampler, s3_client).provider,
        sqlite=database_sampler.provider,
    )
    table_sampler = providers.Singleton(create_routed_sampler, samplers_by_scheme)
    folder_sync = providers.Singleton(create_folder_sync, s3_client, progress)
    ground_truth = providers.Singleton(create_ground_truth)
    table_simulator = providers.Singleton(create_table_simulator, progress)
