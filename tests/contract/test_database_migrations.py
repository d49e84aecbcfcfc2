"""Every DatabaseMigrations: upgrades and downgrades, each of them repeatable."""

from contextlib import closing

import pytest

from delay_core.errors import StoreError
from fakes import database_migrations as fake
from support.lazy_module import LazyModule

sql, postgres_server = LazyModule("adapters.sql"), LazyModule("support.postgres_server")


@pytest.fixture(params=["fake", "SQLite", "PostgreSQL"])
def migrations(request, tmp_path):
    """A database without tables."""
    if request.param == "fake":
        yield fake.DatabaseMigrations()
        return
    url = f"sqlite:///{tmp_path}/serving.db" if request.param == "SQLite" else postgres_server.fresh("serving")
    with closing(sql.Database(url, "serving")) as database:
        yield database


def test_new_database__has_no_revision(migrations):
    state = migrations.state()

    assert (state.current, state.known, state.up_to_date) == (None, True, False)
    assert migrations.name


def test_upgrade__applies_every_change_once(migrations):
    first, second = migrations.upgrade(), migrations.upgrade()

    assert first == second == migrations.state()
    assert first.up_to_date
    assert first.current == first.latest


def test_downgrade__reverts_every_change(migrations):
    migrations.upgrade()

    assert migrations.downgrade("base").current is None
    assert not migrations.state().up_to_date
    assert migrations.upgrade().up_to_date


def test_downgrade__to_an_unknown_revision_is_a_store_error(migrations):
    state = migrations.upgrade()

    with pytest.raises(StoreError, match="cannot downgrade"):
        migrations.downgrade("unknown")
    assert migrations.state() == state
