"""Runs of monitoring on PostgreSQL, at once or killed between writes, leave the tables as one undisturbed run does."""

import pytest

from support import postgres_server
from support.crashes import at_once, killed_before_call
from support.monitoring_runs import run_monitor

TABLES = [
    f"monitoring_{name}" for name in ("metrics", "columns", "performance", "figures", "slices", "decisions", "policy")
]


def url():
    return postgres_server.server().url("monitoring", "monitoring")


def all_rows():
    with postgres_server.as_role("monitoring", "reader").connect("read everything") as connection:
        return {
            table: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {table}")))  # noqa: S608 - names of this file
            for table in TABLES
        }


@pytest.fixture(scope="module")
def undisturbed():
    """The rows of one run."""
    postgres_server.emptied("monitoring", *TABLES)
    run_monitor(url())
    return all_rows()


@pytest.fixture(autouse=True)
def empty_tables(undisturbed):  # noqa: ARG001 - after the run
    postgres_server.emptied("monitoring", *TABLES)


def test_two_runs_at_once__leave_the_tables_of_one(undisturbed):
    at_once(run_monitor, [(url(),), (url(),)])

    assert all_rows() == undisturbed
    assert len(undisturbed["monitoring_decisions"]) == 7


@pytest.mark.parametrize("write", [2, 13], ids=["of the first window", "of a later window"])
def test_run_killed_between_writes__is_completed_by_the_next_one(undisturbed, write):
    killed_before_call(write, "adapters.sql.monitoring_store:_upsert", run_monitor, url())
    rest = all_rows()

    run_monitor(url())

    assert all_rows() == undisturbed
    assert rest != undisturbed
