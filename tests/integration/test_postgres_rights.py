"""Least privilege, on real PostgreSQL: each role does its work, and nothing else."""

import psycopg
import pytest

from adapters.sql import Database, OutcomeLog, PredictionLog
from adapters.sql.grants import TABLES
from delay_core.errors import StoreError
from delay_core.ports.prediction_log import PredictionFilter
from infra.local.postgres import ROLES
from support import postgres_server


def run(database, role, statement):
    with psycopg.connect(postgres_server.server().url(database, role)) as connection:
        return connection.execute(statement).fetchall()


@pytest.mark.parametrize(
    ("role", "database"),
    [
        *((role, "mlflow") for role in ROLES if role != "mlflow"),
        *((role, "airflow") for role in ROLES if role != "airflow"),
        *((role, "serving") for role in ("mlflow", "airflow", "monitoring_owner")),
        *((role, "monitoring") for role in ("mlflow", "airflow", "serving", "operator", "serving_owner")),
    ],
)
def test_a_role_does_not_enter_the_databases_of_others(role, database):
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        run(database, role, "SELECT 1")


@pytest.mark.parametrize("role", ["mlflow", "airflow"])
def test_a_service_with_a_database_of_its_own_does_there_what_it_likes(role):
    with psycopg.connect(postgres_server.server().url(role, role)) as connection:
        connection.execute("CREATE TABLE mine (x int)")
        connection.rollback()


@pytest.mark.parametrize("role", ["serving", "operator", "monitoring", "reader"])
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE serving_logs",
        "DROP TABLE outcomes",
        "DROP SCHEMA serving_partitions CASCADE",
        "DROP FUNCTION ensure_serving_month",
        "TRUNCATE serving_logs",
        "ALTER TABLE serving_logs ADD COLUMN x int",
        "ALTER TABLE serving_logs OWNER TO current_user",
        "UPDATE serving_logs SET probability = 0",
        "UPDATE outcomes SET late = true",
        "UPDATE idempotency_keys SET answer = ''",
        "UPDATE audit_log SET actor = 'nobody'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "UPDATE alembic_version_serving SET version_num = 'x'",
        "CREATE TABLE mine (x int)",
        "CREATE TEMPORARY TABLE mine (x int)",
        "CREATE SCHEMA mine",
        "SELECT * FROM serving_partitions.serving_logs_earlier",
        "SELECT * FROM pg_authid",
        "SET ROLE serving_owner",
        "COPY serving_logs TO PROGRAM 'cat'",
        "CREATE ROLE mine",
    ],
)
def test_nobody_who_uses_the_tables_can_change_or_drop_them(role, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run("serving", role, statement)


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("serving", "DELETE FROM serving_logs"),
        ("serving", "DELETE FROM serving_daily"),
        ("serving", "DELETE FROM outcomes"),
        ("serving", "DELETE FROM idempotency_keys"),
        ("serving", "SELECT drop_serving_months(now())"),
        ("operator", "INSERT INTO serving_logs DEFAULT VALUES"),
        ("operator", "INSERT INTO outcomes DEFAULT VALUES"),
        ("operator", "INSERT INTO idempotency_keys DEFAULT VALUES"),
        ("operator", "INSERT INTO audit_log DEFAULT VALUES"),
        ("operator", "SELECT ensure_serving_month(now())"),
        ("monitoring", "INSERT INTO serving_logs DEFAULT VALUES"),
        ("monitoring", "INSERT INTO serving_daily DEFAULT VALUES"),
        ("monitoring", "DELETE FROM outcomes"),
        ("monitoring", "TABLE idempotency_keys"),
        ("monitoring", "INSERT INTO audit_log DEFAULT VALUES"),
        ("monitoring", "SELECT drop_serving_months(now())"),
        ("reader", "INSERT INTO serving_logs DEFAULT VALUES"),
        ("reader", "DELETE FROM serving_logs"),
        ("reader", "TABLE idempotency_keys"),
        ("reader", "INSERT INTO audit_log DEFAULT VALUES"),
        ("reader", "SELECT ensure_serving_month(now())"),
    ],
)
def test_a_role_does_not_do_the_work_of_another(role, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run("serving", role, statement)


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("monitoring", "DELETE FROM monitoring_metrics"),
        ("monitoring", "DROP TABLE monitoring_metrics"),
        ("reader", "INSERT INTO monitoring_metrics DEFAULT VALUES"),
        ("reader", "UPDATE monitoring_metrics SET rows = 0"),
    ],
)
def test_figures_of_monitoring_are_kept(role, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run("monitoring", role, statement)


def test_monitoring_and_dashboards_read_predictions_and_outcomes():
    for role in ("monitoring", "reader"):
        for table in TABLES["serving"][role]:
            run("serving", role, f"TABLE {table}")
        database = postgres_server.as_role("serving", role)
        assert PredictionLog(database).page(PredictionFilter(), 1) is not None
        assert OutcomeLog(database).history("nobody") == []


def test_a_role_without_the_right_is_told_which_role_to_use():
    log = PredictionLog(postgres_server.as_role("serving", "serving"))

    with pytest.raises(StoreError, match="use the role that is meant for it") as error:
        log.erase("S-1")

    assert postgres_server.server().passwords["serving"] not in str(error.value)


def test_an_upgrade_takes_away_rights_that_nobody_granted_here():
    owner = postgres_server.owners("serving")
    with owner.writing("grant too much") as connection:
        connection.exec_driver_sql("GRANT ALL ON serving_logs TO reader")

    owner.upgrade()

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run("serving", "reader", "TRUNCATE serving_logs")


def test_a_wrong_password_is_told_without_it():
    url = postgres_server.server().url("serving", "serving")
    password = postgres_server.server().passwords["serving"]

    with pytest.raises(StoreError, match="password authentication failed") as error:
        Database(url.replace(password, "wr0ng"), "serving").state()

    assert "wr0ng" not in str(error.value)
    assert "are host, database, role and password right" in str(error.value)
