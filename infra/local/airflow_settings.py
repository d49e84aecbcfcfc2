"""The settings of Airflow on this machine: what its processes and its command line read from the environment."""

import json
import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from infra.local.private_files import write_private

USER = "admin"
BUNDLE = "delay-core"
DAGS = Path(__file__).parents[1] / "airflow" / "dags"
"""The product's DAGs."""
PARALLEL_TASKS = 4
_CONNECTION_FIELDS = {
    "MLFLOW_TRACKING_URI": "mlflow_tracking_uri",
    "DELAY_SERVING_DB": "serving_db",
    "DELAY_MONITORING_DB": "monitoring_db",
}
"""Variable of the product: field of the connection."""
_PASSED_PREFIXES = ("AIRFLOW_CONN_", "AIRFLOW_VAR_", "AIRFLOW__SECRETS__", "DELAY_AIRFLOW_SCHEMA")
_OTHER_PREFIXES = ("AIRFLOW", "_AIRFLOW", "PYTEST_CURRENT_TEST", "PYTHON")


class AirflowSecrets(TypedDict):
    """What differs from one machine to the next."""

    fernet_key: str
    jwt_secret: str
    secret_key: str


def read_secrets(home: Path) -> AirflowSecrets:
    """The secrets of this folder, created if needed; only the owner can read their file."""
    file = home / "secrets.json"
    if not file.is_file():
        created = AirflowSecrets(
            fernet_key=urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            jwt_secret=secrets.token_urlsafe(48),
            secret_key=secrets.token_urlsafe(32),
        )
        write_private(file, json.dumps(created, indent=2))
    stored: AirflowSecrets = json.loads(file.read_text(encoding="utf-8"))
    return stored


def password_file(home: Path) -> Path:
    """The file of the login's password, which Airflow's simple auth manager reads."""
    return home / "passwords.json"


def create_password(home: Path) -> None:
    """Create the password of the login if there is none."""
    if read_login(home) is None:
        write_private(password_file(home), json.dumps({USER: secrets.token_urlsafe(16)}))


def read_login(home: Path) -> tuple[str, str] | None:
    """User name and password; None before the first start."""
    file = password_file(home)
    if not file.is_file():
        return None
    passwords: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return USER, passwords[USER]


def dag_bundle(folder: Path) -> str:
    """The setting that names the folder of the DAG files."""
    bundle = {
        "name": BUNDLE,
        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
        "kwargs": {"path": str(folder.absolute()), "refresh_interval": 30},
    }
    return json.dumps([bundle])


def airflow_settings(home: Path, database_url: str, dags: Path) -> dict[str, str]:
    """Airflow's variables, but for those that name its port."""
    generated = read_secrets(home)
    driver_url = database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    sections: Mapping[str, Mapping[str, str]] = {
        "core": {
            "executor": "LocalExecutor",
            "parallelism": str(PARALLEL_TASKS),
            "load_examples": "False",
            "dags_are_paused_at_creation": "True",
            "fernet_key": generated["fernet_key"],
            "simple_auth_manager_users": f"{USER}:admin",
            "simple_auth_manager_passwords_file": str(password_file(home)),
            "test_connection": "Enabled",
        },
        "database": {"sql_alchemy_conn": driver_url, "sql_alchemy_conn_async": driver_url},
        "api": {"secret_key": generated["secret_key"], "instance_name": "delay-core"},
        "api_auth": {"jwt_secret": generated["jwt_secret"]},
        "dag_processor": {
            "dag_bundle_config_list": dag_bundle(dags),
            "print_stats_interval": "0",
            "min_file_process_interval": "300",
        },
        "scheduler": {
            # A task whose process was killed is retried within a minute, not after five.
            "task_instance_heartbeat_timeout": "60",
        },
        "workers": {"execution_api_timeout": "30"},  # a slow machine is no reason for a failed task
        "logging": {"colored_console_log": "False"},
        "usage_data_collection": {"enabled": "False"},
    }
    named = {
        f"AIRFLOW__{section.upper()}__{option.upper()}": value
        for section, options in sections.items()
        for option, value in options.items()
    }
    return {"AIRFLOW_HOME": str(home), **named}


def task_environment(urls: Mapping[str, str], data: str, local_folder: Path) -> dict[str, str]:
    """What tasks read: the connection `delay_core_default`, and what clients of S3 read from the environment.

    `urls` are those of the services, by variable.
    """
    extra = {field: urls[variable] for variable, field in _CONNECTION_FIELDS.items() if variable in urls}
    extra |= {"data": data, "local_dir": str(local_folder.absolute())}
    connection = json.dumps({"conn_type": "delay_core", "extra": extra})
    s3 = {name: value for name, value in urls.items() if name.startswith("AWS_")}
    return {"AIRFLOW_CONN_DELAY_CORE_DEFAULT": connection, **s3}


def passed_settings() -> dict[str, str]:
    """Connections, variables, the secrets backend and the schema of the DAGs, of this process's environment."""
    return {name: value for name, value in os.environ.items() if name.startswith(_PASSED_PREFIXES)}


def inherited_environment() -> dict[str, str]:
    """This process's environment without what configures another Airflow or Python."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OTHER_PREFIXES)}
