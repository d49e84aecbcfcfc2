"""Migrations of real PostgreSQL and SQLite databases: applied and reverted in one transaction, as the tables say."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, MetaData, String, Table, inspect, text

from adapters.sql import Database, MonitoringStore, PredictionLog, PredictionReader, monitoring_tables, serving_tables
from delay_core.errors import MigrationRequired, StoreError
from delay_core.ports.prediction_reader import PredictionFilter
from support import postgres_server
from support.builders import NOON, logged_prediction
from support.crashes import killed_after, killed_before

TABLES = {"serving": serving_tables.metadata, "monitoring": monitoring_tables.metadata}


@pytest.fixture(params=["serving", "monitoring"])
def kind(request) -> str:
    return request.param


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def url(request, kind, tmp_path) -> str:
    """A database without tables."""
    return f"sqlite:///{tmp_path}/{kind}.db" if request.param == "SQLite" else postgres_server.fresh(kind)


@pytest.fixture
def database(url, kind):
    with closing(Database(url, kind)) as database:
        yield database


def tables(database) -> set[str]:
    with database._engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def test_upgrade__after_a_downgrade_creates_the_same_tables(database, kind):
    latest = database.state().latest
    version_table = f"alembic_version_{kind}"
    assert database.state().current is None

    assert database.upgrade().current == latest
    created = tables(database)
    assert database.upgrade().current == latest
    assert database.downgrade("base").current is None
    assert tables(database) <= {version_table}
    assert database.upgrade().current == latest

    assert tables(database) == created == {*TABLES[kind].tables, version_table}


def test_downgrade__leaves_only_the_version_table():
    with closing(Database(postgres_server.fresh("serving"), "serving")) as database:
        database.upgrade()
        database.downgrade("base")

        with database._engine.connect() as connection:
            left = connection.scalars(
                text(
                    "SELECT relname FROM pg_class WHERE relowner = current_user::regrole AND relkind IN ('r', 'p')"
                    " UNION SELECT proname FROM pg_proc WHERE proowner = current_user::regrole"
                    " UNION SELECT nspname FROM pg_namespace WHERE nspowner = current_user::regrole"
                )
            ).all()

    assert left == ["alembic_version_serving"]


def test_upgrade__creates_the_tables_of_the_adapter(database, kind):
    database.upgrade()

    with database._engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": f"alembic_version_{kind}", "compare_type": True}
        )
        differences = compare_metadata(context, TABLES[kind])

    assert differences == []


def test_serving_logs__is_partitioned_by_month():
    with closing(Database(postgres_server.fresh("serving"), "serving")) as database:
        database.upgrade()

        with database.connect("look") as connection:
            key = connection.execute(text("SELECT pg_get_partkeydef('serving_logs'::regclass)")).scalar_one()

    assert key == 'RANGE ("timestamp")'


@pytest.mark.parametrize("kind", ["serving"])
def test_migration_0002__waits_for_readers_at_most_and_keeps_older_predictions(database, monkeypatch):
    database.upgrade()
    PredictionLog(database).append([old := logged_prediction()])
    assert database.downgrade("serving_0001").current == "serving_0001"

    if not database.embedded:
        monkeypatch.setattr("adapters.sql.postgresql.engine._MIGRATION_LOCK_SECONDS", 0.1)
        with database._engine.begin() as connection:
            connection.exec_driver_sql("TABLE serving_logs")
            with pytest.raises(StoreError, match="another session locks it; try again"):
                database.upgrade()
        assert database.state().current == "serving_0001"
        monkeypatch.undo()
    database.upgrade()
    PredictionLog(database).append([new := logged_prediction(predicted_at=NOON + timedelta(days=90), client="tms")])

    assert PredictionReader(database).read_page(PredictionFilter()).predictions == (new, old)


def test_server_without_tables__requires_migrations(kind):
    url = postgres_server.fresh(kind)
    with closing(Database(url, kind)) as database, pytest.raises(MigrationRequired) as error:
        if kind == "serving":
            PredictionReader(database).read_page(PredictionFilter())
        else:
            MonitoringStore(database).pending_notices("late")

    assert "has no tables yet" in str(error.value)
    assert "apply the database's migrations" in str(error.value)
    assert url.split(":")[2].split("@")[0] not in str(error.value)


def test_database_of_a_newer_version__is_not_changed(database, kind):
    database.upgrade()
    with database.begin("pretend") as connection:
        version = Table(f"alembic_version_{kind}", MetaData(), Column("version_num", String))
        connection.execute(version.update().values(version_num="of_the_future"))

    with closing(Database(database._url.render_as_string(hide_password=False), kind)) as newcomer:
        with (
            pytest.raises(StoreError, match="of_the_future of a newer delay-core: update this one"),
            newcomer.connect(""),
        ):
            pass
        for change in (newcomer.upgrade, lambda: newcomer.downgrade("base")):
            with pytest.raises(StoreError, match="is this delay-core older than the database"):
                change()

    assert set(TABLES[kind].tables) <= tables(database)


def test_downgrade__refuses_an_unknown_revision(database):
    database.upgrade()

    with pytest.raises(StoreError, match="no_such"):
        database.downgrade("no_such")

    assert database.state().up_to_date


@pytest.mark.parametrize(
    ("kill", "function"),
    [(killed_before, "alembic.operations:Operations.create_index"), (killed_after, "alembic.command:upgrade")],
)
@pytest.mark.parametrize("engine", ["SQLite", "PostgreSQL"])
def test_killed_upgrade__changes_nothing_and_can_be_repeated(engine, kill, function, tmp_path):
    url = f"sqlite:///{tmp_path}/serving.db" if engine == "SQLite" else postgres_server.fresh("serving")

    kill(function, _upgrade, url)

    with closing(Database(url, "serving")) as database:
        assert tables(database) == set()
        assert database.upgrade().up_to_date
        assert set(TABLES["serving"].tables) <= tables(database)


@pytest.mark.parametrize(
    ("kill", "function"),
    [(killed_before, "alembic.operations:Operations.drop_table"), (killed_after, "alembic.command:downgrade")],
)
@pytest.mark.parametrize("engine", ["SQLite", "PostgreSQL"])
def test_killed_downgrade__changes_nothing(engine, kill, function, tmp_path):
    url = f"sqlite:///{tmp_path}/serving.db" if engine == "SQLite" else postgres_server.fresh("serving")
    _upgrade(url)

    kill(function, _downgrade, url)

    with closing(Database(url, "serving")) as database:
        assert database.state().up_to_date
        assert PredictionReader(database).read_page(PredictionFilter()).predictions == ()


def test_concurrent_upgrades__run_one_after_the_other(url, kind):
    def upgrade(_):
        with closing(Database(url, kind)) as database:
            return database.upgrade().up_to_date

    with ThreadPoolExecutor(4) as at_once:
        assert all(at_once.map(upgrade, range(4)))


def test_embedded_database__is_created_by_concurrent_first_uses(tmp_path):
    def use(_):
        with closing(Database(f"sqlite:///{tmp_path}/new/serving.db", "serving")) as database:
            return PredictionReader(database).read_page(PredictionFilter()).predictions

    with ThreadPoolExecutor(4) as at_once:
        assert list(at_once.map(use, range(4))) == [()] * 4


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite://", "only a file outlives this process"),
        ("sqlite:///:memory:", "only a file outlives this process"),
        ("mysql://root:secret@127.0.0.1/x", "mysql is not supported"),
        ("serving.db", "a database URL is sqlite:///"),
    ],
)
def test_database__refuses_other_urls(url, message):
    with pytest.raises(StoreError, match=message) as error:
        Database(url, "serving")
    assert "secret" not in str(error.value)


def _upgrade(url) -> None:
    with closing(Database(url, "serving")) as database:
        database.upgrade()


def _downgrade(url) -> None:
    with closing(Database(url, "serving")) as database:
        database.downgrade("base")
