"""The settings of the local Airflow: its secrets, its login, and the connection that its tasks read."""

import json
import stat

from infra.local.airflow_settings import (
    airflow_settings,
    create_password,
    inherited_environment,
    passed_settings,
    read_login,
    task_environment,
)

DATABASE = "postgresql://airflow:secret@127.0.0.1:5432/airflow"


def test_secrets__differ_by_folder_stay_and_are_private(tmp_path):
    homes = [tmp_path / "one", tmp_path / "other"]
    names = ("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__API__SECRET_KEY")
    for home in homes:
        home.mkdir()
        create_password(home)
    one, other = (airflow_settings(home, DATABASE, tmp_path) for home in homes)

    assert all(one[name] != other[name] for name in names)
    assert airflow_settings(homes[0], DATABASE, tmp_path) == one
    assert read_login(homes[0]) != read_login(homes[1])
    assert {stat.S_IMODE(file.stat().st_mode) for home in homes for file in home.iterdir()} == {0o600}


def test_login__is_created_once(tmp_path):
    assert read_login(tmp_path) is None
    create_password(tmp_path)
    first = read_login(tmp_path)
    create_password(tmp_path)

    assert read_login(tmp_path) == first


def test_settings__name_the_driver_that_is_installed_and_no_examples(tmp_path):
    settings = airflow_settings(tmp_path, DATABASE, tmp_path / "dags")

    for name in ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"):
        assert settings[name] == "postgresql+psycopg://airflow:secret@127.0.0.1:5432/airflow"
    assert settings["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    [bundle] = json.loads(settings["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"])
    assert bundle["kwargs"]["path"] == str(tmp_path / "dags")


def test_connection__has_the_services_and_no_url_of_an_owner(tmp_path):
    urls = {
        "MLFLOW_TRACKING_URI": "http://127.0.0.1:5001",
        "DELAY_SERVING_DB": "postgresql://serving@host/serving",
        "DELAY_SERVING_OWNER_DB": "postgresql://owner@host/serving",
        "DELAY_AIRFLOW_DB": DATABASE,
        "AWS_ACCESS_KEY_ID": "local",
    }
    environment = task_environment(urls, "s3://bucket/delay", tmp_path)

    assert environment.pop("AWS_ACCESS_KEY_ID") == "local"
    connection = json.loads(environment.pop("AIRFLOW_CONN_DELAY_CORE_DEFAULT"))
    assert environment == {}
    assert connection == {
        "conn_type": "delay_core",
        "extra": {
            "mlflow_tracking_uri": "http://127.0.0.1:5001",
            "serving_db": "postgresql://serving@host/serving",
            "data": "s3://bucket/delay",
            "local_dir": str(tmp_path),
        },
    }


def test_environment__passes_connections_and_variables_and_no_other_airflow(monkeypatch):
    monkeypatch.setenv("AIRFLOW_HOME", "/elsewhere")
    monkeypatch.setenv("AIRFLOW_VAR_DELAY_SOURCE", "orders.csv")
    monkeypatch.setenv("DELAY_TRIALS", "3")

    assert "AIRFLOW_HOME" not in inherited_environment()
    assert inherited_environment()["DELAY_TRIALS"] == "3"
    assert passed_settings() == {"AIRFLOW_VAR_DELAY_SOURCE": "orders.csv"}
