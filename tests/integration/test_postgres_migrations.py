"""Migrations, on real PostgreSQL and SQLite: forth and back, all or nothing, and in agreement with the tables."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, MetaData, String, Table, inspect, text

from adapters.sql import Database, MonitoringStore, PredictionLog, monitoring_tables, serving_tables
from delay_core.errors import StoreError
from delay_core.ports.prediction_log import PredictionFilter
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


def test_up_down_and_up_again(database, kind):
    latest = database.state().latest
    version_table = f"alembic_version_{kind}"
    assert database.state().current is None

    assert database.upgrade().current == latest
    made = tables(database)
    assert database.upgrade().current == latest
    assert database.downgrade("base").current is None
    assert tables(database) <= {version_table}
    assert database.upgrade().current == latest

    assert tables(database) == made == {*TABLES[kind].tables, version_table}


def test_a_downgrade_leaves_nothing_but_the_version_table_behind():
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


def test_tables_and_migrations_agree(database, kind):
    database.upgrade()

    with database._engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": f"alembic_version_{kind}", "compare_type": True}
        )
        differences = compare_metadata(context, TABLES[kind])

    assert differences == []


def test_predictions_lie_in_a_table_for_each_month():
    with closing(Database(postgres_server.fresh("serving"), "serving")) as database:
        database.upgrade()

        with database.reading("look") as connection:
            key = connection.execute(text("SELECT pg_get_partkeydef('serving_logs'::regclass)")).scalar_one()

    assert key == 'RANGE ("timestamp")'


@pytest.mark.parametrize("kind", ["serving"])
def test_predictions_of_before_there_were_clients_stay_and_new_months_join_them(database):
    database.upgrade()
    PredictionLog(database).append([old := logged_prediction()])
    assert database.downgrade("serving_0001").current == "serving_0001"

    database.upgrade()
    PredictionLog(database).append([new := logged_prediction(predicted_at=NOON + timedelta(days=90), client="tms")])

    assert PredictionLog(database).page(PredictionFilter()).predictions == (new, old)


def test_a_server_without_tables_says_what_to_run(kind):
    url = postgres_server.fresh(kind)
    with closing(Database(url, kind)) as database, pytest.raises(StoreError) as error:
        store = PredictionLog(database) if kind == "serving" else MonitoringStore(database)
        store.page(PredictionFilter()) if kind == "serving" else store.latest("late", "drift")

    assert "has no tables yet" in str(error.value)
    assert "run `delay db upgrade`" in str(error.value)
    assert url.split(":")[2].split("@")[0] not in str(error.value)


def test_a_database_of_a_newer_version_is_not_touched(database, kind):
    database.upgrade()
    with database.writing("pretend") as connection:
        version = Table(f"alembic_version_{kind}", MetaData(), Column("version_num", String))
        connection.execute(version.update().values(version_num="of_the_future"))

    with closing(Database(database._url.render_as_string(hide_password=False), kind)) as newcomer:
        with (
            pytest.raises(StoreError, match="of_the_future of a newer delay-core: update this one"),
            newcomer.reading(""),
        ):
            pass
        for change in (newcomer.upgrade, lambda: newcomer.downgrade("base")):
            with pytest.raises(StoreError, match="is this delay-core older than the database"):
                change()

    assert set(TABLES[kind].tables) <= tables(database)


def test_an_unknown_change_to_go_back_to_is_refused(database):
    database.upgrade()

    with pytest.raises(StoreError, match="no_such"):
        database.downgrade("no_such")

    assert database.state().up_to_date


@pytest.mark.parametrize(
    ("die", "place"),
    [(killed_before, "alembic.operations:Operations.create_index"), (killed_after, "alembic.command:upgrade")],
)
@pytest.mark.parametrize("engine", ["SQLite", "PostgreSQL"])
def test_an_upgrade_that_is_killed_has_done_nothing_and_is_done_again(engine, die, place, tmp_path):
    url = f"sqlite:///{tmp_path}/serving.db" if engine == "SQLite" else postgres_server.fresh("serving")

    die(place, _upgrade, url)

    with closing(Database(url, "serving")) as database:
        assert tables(database) == set()
        assert database.upgrade().up_to_date
        assert set(TABLES["serving"].tables) <= tables(database)


@pytest.mark.parametrize(
    ("die", "place"),
    [(killed_before, "alembic.operations:Operations.drop_table"), (killed_after, "alembic.command:downgrade")],
)
@pytest.mark.parametrize("engine", ["SQLite", "PostgreSQL"])
def test_a_downgrade_that_is_killed_has_done_nothing(engine, die, place, tmp_path):
    url = f"sqlite:///{tmp_path}/serving.db" if engine == "SQLite" else postgres_server.fresh("serving")
    _upgrade(url)

    die(place, _downgrade, url)

    with closing(Database(url, "serving")) as database:
        assert database.state().up_to_date
        assert PredictionLog(database).page(PredictionFilter()).predictions == ()


def test_upgrades_at_the_same_time_take_turns(url, kind):
    def upgrade(_):
        with closing(Database(url, kind)) as database:
            return database.upgrade().up_to_date

    with ThreadPoolExecutor(4) as at_once:
        assert all(at_once.map(upgrade, range(4)))


def test_an_embedded_database_is_made_by_whoever_uses_it_first_and_by_all_at_once(tmp_path):
    def use(_):
        with closing(Database(f"sqlite:///{tmp_path}/new/serving.db", "serving")) as database:
            return PredictionLog(database).page(PredictionFilter()).predictions

    with ThreadPoolExecutor(4) as at_once:
        assert list(at_once.map(use, range(4))) == [()] * 4


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("sqlite://", "only a file outlives this process"),
        ("sqlite:///:memory:", "only a file outlives this process"),
        ("mysql://root:secret@127.0.0.1/x", "no store speaks mysql"),
        ("serving.db", "a database URL is sqlite:///"),
    ],
)
def test_a_url_that_leads_to_no_database_is_refused(wrong, told):
    with pytest.raises(StoreError, match=told) as error:
        Database(wrong, "serving")
    assert "secret" not in str(error.value)


def _upgrade(url) -> None:
    with closing(Database(url, "serving")) as database:
        database.upgrade()


def _downgrade(url) -> None:
    with closing(Database(url, "serving")) as database:
        database.downgrade("base")
