"""Replicas of two versions side by side, and indexes that are built while others write."""

import shutil
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.sql import Database, PredictionLog, PredictionReader, migrations
from delay_core.errors import StoreError
from support import postgres_server
from support.builders import NOON, logged_predictions
from support.prediction_pages import ids_in, read_ids

MIGRATIONS = Path(__file__).parents[2] / "migrations"
NEXT = '''
"""A migration of the next version."""
import sqlalchemy as sa
from alembic import op
from migrations.concurrent_index import create_index_concurrently

revision = "serving_next"
down_revision = "{latest}"
compatible_with = "{compatible_with}"

def upgrade():
    op.add_column("serving_logs", sa.Column("carrier", sa.Text))

def after_upgrade(connection):
    create_index_concurrently(connection, "serving_logs_carrier", "serving_logs", "carrier, timestamp")
    create_index_concurrently(connection, "outcomes_source", "outcomes", "source")
'''


@pytest.fixture
def next_version(tmp_path, monkeypatch):
    """Makes this process one of the next version, or again one of this version."""
    shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    this_version = migrations._folder

    def switch(compatible_with):
        latest = migrations._latest(migrations._revisions("serving")).name
        text = NEXT.format(latest=latest, compatible_with=compatible_with or latest)
        (tmp_path / "migrations" / "serving" / "v9999_next.py").write_text(text)
        monkeypatch.setattr(migrations, "_folder", lambda: tmp_path / "migrations")
        return lambda: monkeypatch.setattr(migrations, "_folder", this_version)

    return switch


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def url(request, tmp_path):
    return f"sqlite:///{tmp_path}/serving.db" if request.param == "SQLite" else postgres_server.fresh("serving")


@pytest.mark.parametrize("url", ["PostgreSQL"], indirect=True)
def test_expanded_schema__serves_replicas_of_both_versions(url, next_version):
    with closing(Database(url, "serving")) as before, closing(Database(url, "serving")) as restarted:
        before.upgrade()
        PredictionLog(before).append(first := logged_predictions(1, 2))
        to_this_version = next_version(compatible_with=None)
        with closing(Database(url, "serving")) as new:
            assert new.upgrade().current == "serving_next"
            PredictionLog(new).append(second := logged_predictions(2, 2))
        to_this_version()

        for number, old in enumerate((before, restarted), 3):
            PredictionLog(old).append(more := logged_predictions(number, 200))
            assert ids_in(first, second, more)[0] in read_ids(PredictionReader(old))
        state = restarted.state()
        assert (state.current, state.known, state.compatible, state.up_to_date) == ("serving_next", False, True, False)
        with pytest.raises(StoreError, match="is this delay-core older than the database"):
            restarted.upgrade()


@pytest.mark.parametrize("url", ["PostgreSQL"], indirect=True)
def test_contracted_schema__is_refused_by_a_replica_of_the_version_before(url, next_version):
    with closing(Database(url, "serving")) as restarted:
        to_this_version = next_version(compatible_with="serving_next")
        with closing(Database(url, "serving")) as new:
            new.upgrade()
        to_this_version()

        with pytest.raises(StoreError, match="has migration serving_next of a newer delay-core: update this one"):
            PredictionLog(restarted).append(logged_predictions(1, 2))


def test_index__is_built_outside_the_transaction_and_again_if_it_was_interrupted(url, next_version):
    with closing(Database(url, "serving")) as database:
        database.upgrade()
        rows = [*logged_predictions(1, 2), *logged_predictions(2, 2, predicted_at=NOON + timedelta(days=40))]
        PredictionLog(database).append(rows)
        next_version(compatible_with=None)
        assert database.upgrade().current == "serving_next"
        if not database.embedded:
            with database.begin("remove the indexes") as connection:
                connection.exec_driver_sql("DROP INDEX serving_logs_carrier, outcomes_source")
            with pytest.raises(StoreError, match="could not create unique index"):  # what remains is invalid
                database.execute_outside_transaction(
                    "build an index",
                    "CREATE UNIQUE INDEX CONCURRENTLY serving_logs_2026_03_serving_logs_carrier"
                    " ON serving_partitions.serving_logs_2026_03 (shipment_id)",
                )
        assert database.upgrade().up_to_date

        with database.connect("list indexes") as connection:
            if database.embedded:
                query = "SELECT count(*) FROM sqlite_master WHERE name IN ('serving_logs_carrier', 'outcomes_source')"
            else:
                query = (
                    "SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid IN"
                    " ('serving_logs_carrier'::regclass, 'outcomes_source'::regclass)"
                )
            assert connection.scalar(text(query)) == 2
