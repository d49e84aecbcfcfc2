"""Least privilege in a real PostgreSQL: each role can do its work and nothing else."""

import psycopg
import pytest

from adapters.sql import Database, MonitoringStore, OutcomeLog, PredictionReader, PredictionRetention, roles_script
from adapters.sql.postgresql.grants import MONITORING_TABLES, TABLE_PRIVILEGES
from adapters.sql.postgresql.roles import ROLES
from adapters.sql.serving_tables import serving_logs, superseded_predictions
from delay_core.errors import StoreError
from delay_core.ports.monitoring_store import ResultFilter
from delay_core.ports.prediction_reader import PredictionFilter
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
        *((role, "monitoring") for role in ("mlflow", "airflow", "operator", "recalibration", "serving_owner")),
    ],
)
def test_roles__cannot_connect_to_the_databases_of_others(role, database):
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        run(database, role, "SELECT 1")


@pytest.mark.parametrize("role", ["mlflow", "airflow"])
def test_services__own_their_databases(role):
    with psycopg.connect(postgres_server.server().url(role, role)) as connection:
        connection.execute("CREATE TABLE mine (x int)")
        connection.rollback()


@pytest.mark.parametrize("role", ["serving", "operator", "monitoring", "recalibration", "reader"])
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
        "UPDATE actions SET kind = 'acted'",
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
def test_roles__cannot_change_or_drop_tables(role, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run("serving", role, statement)


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("serving", "DELETE FROM serving_logs"),
        ("serving", "DELETE FROM serving_daily"),
        ("serving", "DELETE FROM outcomes"),
        ("serving", "DELETE FROM actions"),
        ("serving", "DELETE FROM idempotency_keys"),
        ("serving", "DELETE FROM superseded_predictions"),
        ("serving", "INSERT INTO erasures DEFAULT VALUES"),
        ("serving", "SELECT drop_serving_months(now())"),
        ("serving", "SELECT detach_serving_month('serving_logs_2020_01')"),
        ("serving", "SELECT drop_detached_serving_months()"),
        ("monitoring", "SELECT detach_serving_month('serving_logs_2020_01')"),
        ("operator", "INSERT INTO serving_logs DEFAULT VALUES"),
        ("operator", "INSERT INTO outcomes DEFAULT VALUES"),
        ("operator", "INSERT INTO actions DEFAULT VALUES"),
        ("operator", "INSERT INTO idempotency_keys DEFAULT VALUES"),
        ("operator", "INSERT INTO audit_log DEFAULT VALUES"),
        ("operator", "TABLE audit_log"),
        ("operator", "INSERT INTO superseded_predictions DEFAULT VALUES"),
        ("operator", "DELETE FROM erasures"),
        ("reader", "TABLE erasures"),
        ("monitoring", "INSERT INTO serving_logs DEFAULT VALUES"),
        ("monitoring", "INSERT INTO serving_daily DEFAULT VALUES"),
        ("monitoring", "DELETE FROM outcomes"),
        ("monitoring", "TABLE serving_daily"),
        ("monitoring", "TABLE idempotency_keys"),
        ("monitoring", "INSERT INTO audit_log DEFAULT VALUES"),
        ("monitoring", "SELECT drop_serving_months(now())"),
        ("recalibration", "INSERT INTO serving_logs DEFAULT VALUES"),
        ("recalibration", "INSERT INTO outcomes DEFAULT VALUES"),
        ("recalibration", "INSERT INTO actions DEFAULT VALUES"),
        ("recalibration", "DELETE FROM outcomes"),
        ("recalibration", "TABLE idempotency_keys"),
        ("recalibration", "TABLE audit_log"),
        ("recalibration", "SELECT ensure_serving_month(now())"),
        ("reader", "INSERT INTO serving_logs DEFAULT VALUES"),
        ("reader", "DELETE FROM serving_logs"),
        ("reader", "TABLE idempotency_keys"),
        ("reader", "INSERT INTO audit_log DEFAULT VALUES"),
        ("reader", "SELECT ensure_serving_month(now())"),
    ],
)
def test_roles__cannot_do_the_work_of_another(role, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run("serving", role, statement)


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("monitoring", "DELETE FROM monitoring_metrics"),
        ("monitoring", "DELETE FROM monitoring_decisions"),
        ("monitoring", "DROP TABLE monitoring_metrics"),
        *(
            (role, f"INSERT INTO {table} DEFAULT VALUES")
            for role in ("reader", "serving")
            for table in MONITORING_TABLES
        ),
        ("reader", "UPDATE monitoring_metrics SET rows = 0"),
        ("serving", "UPDATE monitoring_decisions SET notified_at = now()"),
        ("serving", "DELETE FROM monitoring_decisions"),
        ("serving", "CREATE TABLE mine (x int)"),
    ],
)
def test_roles__cannot_change_figures_of_monitoring(role, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run("monitoring", role, statement)


def test_the_api__reads_the_windows_of_monitoring():
    database = postgres_server.as_role("monitoring", "serving")

    database.open()

    assert MonitoringStore(database).newest("nobody", ResultFilter(), 1) == []


def test_monitoring_and_reader__read_predictions_and_outcomes():
    for role in ("monitoring", "reader"):
        for table in TABLE_PRIVILEGES["serving"][role]:
            run("serving", role, f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of ours
        assert OutcomeLog(postgres_server.as_role("serving", role)).history("nobody") == []
    monitoring = postgres_server.as_role("serving", "monitoring")
    assert PredictionReader(monitoring).read_page(PredictionFilter(), 1) is not None


@pytest.mark.parametrize("table", [serving_logs, superseded_predictions], ids=lambda table: table.name)
def test_reader__reads_everything_of_a_prediction_but_the_values_of_the_shipment(table):
    columns = ", ".join(column.name for column in table.c if column.name != "request_data")

    run("serving", "reader", f"SELECT {columns} FROM {table.name}")  # noqa: S608 - names of ours

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run("serving", "reader", f"SELECT request_data FROM {table.name}")  # noqa: S608 - a name of ours


def test_missing_privilege__names_the_remedy():
    retention = PredictionRetention(postgres_server.as_role("serving", "serving"))

    with pytest.raises(StoreError, match="use the role that is meant for it") as error:
        retention.erase("S-1")

    assert postgres_server.server().passwords["serving"] not in str(error.value)


def test_roles_script__names_every_role_and_no_password():
    script = roles_script()
    used = {role for roles in TABLE_PRIVILEGES.values() for role in roles}
    assert used <= set(ROLES)
    for role in ROLES:
        assert f"('{role}', :'{role}_password')" in script
        assert f"getenv {role}_password {role.upper()}_PASSWORD" in script
    assert "('serving', 'serving_owner', '{serving,operator,monitoring,recalibration,reader}')" in script


def test_upgrade__revokes_other_privileges():
    owner = postgres_server.owners("serving")
    with owner.begin("grant too much") as connection:
        connection.exec_driver_sql("GRANT ALL ON serving_logs, idempotency_keys TO reader")

    owner.upgrade()

    for statement in ("TRUNCATE serving_logs", "SELECT request_data FROM serving_logs", "TABLE idempotency_keys"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run("serving", "reader", statement)


def test_wrong_password__is_not_repeated_in_the_message():
    url = postgres_server.server().url("serving", "serving")
    password = postgres_server.server().passwords["serving"]

    with pytest.raises(StoreError, match="password authentication failed") as error:
        Database(url.replace(password, "wr0ng"), "serving").state()

    assert "wr0ng" not in str(error.value)
    assert "are host, database, role and password right" in str(error.value)
