"""The containers: what settings select, that every adapter can be replaced, and the order in which resources end."""

import subprocess
import sys

import pytest

from delay_core.errors import SourceError, StoreError
from delay_core.ports.progress import NoProgress
from entrypoints.container import ApiContainer, Container, resolve_schema
from entrypoints.settings import Settings
from fakes.progress import Progress


class Recorder:
    """A database and an outbox that record their calls."""

    def __init__(self, events, name, error=None):
        self.events, self.name, self.error = events, name, error

    def open(self):
        self.events.append(f"{self.name} open")
        if self.error:
            raise self.error

    def open_channel(self, *_):
        return self

    def start(self):
        self.events.append(f"{self.name} start")

    def close(self):
        self.events.append(f"{self.name} close")


def api_container(events, error=None):
    container = ApiContainer(settings=Settings())
    container.logs.serving_database.override(Recorder(events, "database", error))
    container.logs.outbox.override(Recorder(events, "outbox"))
    return container


@pytest.mark.parametrize("error", [None, StoreError("no database")])
def test_api_resources__end_in_the_reverse_order(error):
    events = []
    container = api_container(events, error)

    container.init_resources()
    container.shutdown_resources()

    assert events == ["database open", "outbox start", "outbox close", "database close"]


def test_api_resources__are_not_started_by_the_logs_that_use_them():
    events = []
    container = api_container(events)

    container.logs.audit_log()
    container.shutdown_resources()

    assert events == []


def test_api_container__needs_no_progress():
    container = ApiContainer(settings=Settings())
    assert isinstance(container.use_cases.ingest().progress, NoProgress)
    assert container.use_cases.predict().progress is container.use_cases.ingest().progress


def test_progress__reaches_every_use_case():
    progress = Progress()
    use_cases = Container(settings=Settings(), progress=progress).use_cases
    assert {use_cases.ingest().progress, use_cases.preprocess().progress, use_cases.predict().progress} == {progress}


@pytest.mark.parametrize(("data", "package"), [("folder", "adapters.files"), ("s3://bucket/prefix", "adapters.s3")])
def test_artifact_store__is_chosen_by_the_scheme_of_the_data(data, package):
    store = Container(settings=Settings(data=data)).storage.artifact_store()
    assert type(store).__module__.startswith(f"{package}.")


def test_artifact_store__with_an_unknown_scheme_is_an_error():
    with pytest.raises(StoreError, match="unknown scheme"):
        Container(settings=Settings(data="gs://bucket")).storage.artifact_store()


def test_shipment_source__of_an_unknown_scheme_is_an_error_that_lists_the_known_ones():
    source = Container(settings=Settings()).storage.shipment_source()
    with pytest.raises(SourceError, match=r"no source reads ftp://.*file://, kaggle://, .*s3://, simulator://"):
        source.digest("ftp://host/table.csv")


@pytest.mark.parametrize(
    ("uri", "promotions", "catalog"),
    [
        (None, "delay_core.use_cases.serving_promotions", "adapters.registry_cache"),
        ("http://127.0.0.1:9", "adapters.mlflow_subprocess.serving_promotions", "adapters.registry_cache"),
    ],
)
def test_serving_ports__are_chosen_by_the_kind_of_mlflow(uri, promotions, catalog):
    registry = Container(settings=Settings(mlflow_tracking_uri=uri)).registry
    assert type(registry.serving_promotions()).__module__ == promotions
    assert type(registry.serving_catalog()).__module__.startswith(catalog)


def test_container__loads_no_library_of_an_adapter():
    heavy = {"sklearn", "matplotlib", "mlflow", "onnxruntime", "sqlalchemy", "boto3", "fastapi", "pyarrow", "alembic"}
    code = """
import sys
from entrypoints.container import ApiContainer
from entrypoints.settings import Settings
ApiContainer(settings=Settings())
print(*sys.modules)
"""
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not heavy & set(modules)


def test_resolve_schema__reads_a_file_by_its_path(tmp_path):
    built_in = resolve_schema("smart_logistics")
    path = tmp_path / "own.yaml"
    path.write_text(built_in.model_copy(update={"name": "own"}).model_dump_json())
    assert resolve_schema(str(path)).columns == built_in.columns


def test_cached_catalog__needs_no_mlflow_client_while_the_server_is_unavailable(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "adapters.mlflow", None)  # as if it could not be imported
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")

    with pytest.raises(StoreError, match="holds no earlier response"):
        Container(settings=Settings(data=str(tmp_path))).registry.model_catalog().get_by_alias("delays", "production")


def test_database_settings__reach_every_database(monkeypatch):
    monkeypatch.setenv("DELAY_DATABASE__TOKEN_COMMAND", "echo token")
    monkeypatch.setenv("DELAY_DATABASE__MAX_READERS", "2")
    logs = Container(settings=Settings(serving_db="postgresql://serving@db/serving")).logs
    for database in (logs.serving_database(), logs.operator_database(), *logs.migrations().values()):
        assert database._options.max_readers == 2
        assert database._options.password._command == "echo token"
