"""Settings: former names, embedded defaults, and what URLs select."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from delay_core.errors import SchemaError, StoreError
from entrypoints.settings import Settings


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in [name for name in os.environ if name.startswith(("DELAY_", "MLFLOW_", "MODEL_"))]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("variable", "former", "value", "read"),
    [
        ("DELAY_LOCAL_DIR", "DELAY_LOCAL", "/local", lambda settings: settings.local_dir),
        ("DELAY_MODEL_CACHE_SIZE", "DELAY_MODEL_CACHE_KEEP", 7, lambda settings: settings.model_cache_size),
        ("DELAY_OUTBOX_ROWS", "DELAY_JOURNAL_ROWS", 30, lambda settings: settings.outbox_rows),
        ("DELAY_API__RATE_PER_SECOND", "DELAY_API__RATE", 2.5, lambda settings: settings.api.rate_per_second),
        ("DELAY_API__DEADLINE_SECONDS", "DELAY_API__DEADLINE", 3.0, lambda settings: settings.api.deadline_seconds),
        ("DELAY_API__POLL_SECONDS", "DELAY_API__POLL", 0.5, lambda settings: settings.api.poll_seconds),
        (
            "DELAY_API__ALLOW_BREAKING_SCHEMA",
            "DELAY_API__ALLOW_NARROWING",
            True,
            lambda settings: settings.api.allow_breaking_schema,
        ),
    ],
)
def test_renamed_setting__is_read_under_both_names(monkeypatch, variable, former, value, read):
    assert read(Settings()) != value
    for name in (variable, former):
        with monkeypatch.context() as patch:
            patch.setenv(name, str(value))
            assert read(Settings()) == value


def test_defaults__are_embedded():
    settings, folder = Settings(), Path.cwd() / "delay-data"

    assert (settings.data_scheme, settings.local_folder) == ("file", folder)
    assert (settings.mlflow_kind, settings.tracking_uri) == ("database", f"sqlite:///{folder}/mlflow/mlflow.db")
    assert settings.serving_url == settings.operator_url == f"sqlite:///{folder}/serving.db"
    assert settings.owner_urls == {
        "serving": f"sqlite:///{folder}/serving.db",
        "monitoring": f"sqlite:///{folder}/monitoring.db",
    }


def test_roles__have_their_own_urls_or_that_of_the_service():
    serving = Settings(serving_db="postgresql://serving@db/serving")
    assert serving.operator_url == serving.owner_urls["serving"] == "postgresql://serving@db/serving"
    roles = Settings(
        serving_db="postgresql://s@db/s", serving_owner_db="postgresql://o@db/s", operator_db="sqlite:///x"
    )
    assert (roles.serving_url, roles.operator_url) == ("postgresql://s@db/s", "sqlite:///x")
    assert roles.owner_urls["serving"] == "postgresql://o@db/s"


@pytest.mark.parametrize(
    ("data", "scheme", "folder"),
    [
        ("/data", "file", "/data"),
        ("file:///data%20folder", "file", "/data folder"),
        ("s3://bucket/prefix", "s3", "/local"),
    ],
)
def test_data__selects_the_store_and_the_local_folder(data, scheme, folder):
    settings = Settings(data=data, local_dir="/local")
    assert (settings.data_scheme, settings.local_folder) == (scheme, Path(folder))


def test_data_with_an_unknown_scheme__is_a_store_error():
    with pytest.raises(StoreError, match=r"DELAY_DATA=gs://bucket: unknown scheme; use a folder"):
        Settings(data="gs://bucket").data_scheme  # noqa: B018 - reading it is the test


@pytest.mark.parametrize(
    ("uri", "kind"),
    [("http://mlflow:5001", "server"), ("https://mlflow", "server"), ("postgresql://db/mlflow", "database")],
)
def test_tracking_uri__selects_the_client(uri, kind):
    assert Settings(mlflow_tracking_uri=uri).mlflow_kind == kind


def test_model_name__is_that_of_the_schema_by_default():
    assert Settings().model_name_for("parcels") == "parcels_delay"
    assert Settings(model_name="mine").model_name_for("parcels") == "mine"


SECRETS = {
    "DELAY_SERVING_DB": "serving_db",
    "DELAY_SERVING_OWNER_DB": "serving_owner_db",
    "DELAY_OPERATOR_DB": "operator_db",
    "DELAY_MONITORING_DB": "monitoring_db",
    "DELAY_MONITORING_OWNER_DB": "monitoring_owner_db",
    "MLFLOW_TRACKING_URI": "mlflow_tracking_uri",
}


@pytest.mark.parametrize(("variable", "field"), SECRETS.items())
def test_secret__is_read_from_a_file_and_never_shown(monkeypatch, tmp_path, variable, field):
    (tmp_path / "url").write_text("postgresql://role:hunter2@db/name\n")
    monkeypatch.setenv(f"{variable}_FILE", str(tmp_path / "url"))

    settings = Settings()

    assert getattr(settings, field).get_secret_value() == "postgresql://role:hunter2@db/name"
    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_secrets_of_monitoring__are_read_from_files_beside_its_other_variables(monkeypatch, tmp_path):
    for name in ("url", "secret"):
        (tmp_path / name).write_text(f"https://hooks.example/hunter2-{name}\n")
        monkeypatch.setenv(f"DELAY_MONITORING__WEBHOOK_{name.upper()}_FILE", str(tmp_path / name))
    monkeypatch.setenv("DELAY_MONITORING__WINDOW_HOURS", "6")

    settings = Settings()

    monitoring = settings.monitoring
    assert monitoring.window_hours == 6
    assert monitoring.webhook_url.get_secret_value() == "https://hooks.example/hunter2-url"
    assert monitoring.webhook_secret.get_secret_value() == "https://hooks.example/hunter2-secret"
    assert "hunter2" not in f"{settings!r} {settings.model_dump_json()}"


def test_secret__is_used_where_its_url_is_needed(monkeypatch, tmp_path):
    (tmp_path / "url").write_text("postgresql://role:hunter2@db/name")
    monkeypatch.setenv("DELAY_SERVING_DB_FILE", str(tmp_path / "url"))
    assert Settings().serving_url == Settings().operator_url == "postgresql://role:hunter2@db/name"


def test_secret_file__that_cannot_be_read_is_an_error_that_names_the_variable(monkeypatch, tmp_path):
    monkeypatch.setenv("DELAY_SERVING_DB_FILE", str(tmp_path / "absent"))
    with pytest.raises(SchemaError, match=r"DELAY_SERVING_DB_FILE=.*absent: cannot read the file: No such file"):
        Settings()
    (tmp_path / "absent").write_text("\nsecret")
    with pytest.raises(SchemaError, match="the first line is empty; write the value there"):
        Settings()
    monkeypatch.setenv("DELAY_SERVING_DB", "sqlite:///x.db")
    with pytest.raises(SchemaError, match="both DELAY_SERVING_DB and DELAY_SERVING_DB_FILE are set"):
        Settings()


def test_database_settings__each_have_a_variable(monkeypatch):
    monkeypatch.setenv("DELAY_DATABASE__MAX_READERS", "20")
    monkeypatch.setenv("DELAY_DATABASE__TOKEN_COMMAND", "echo token")
    database = Settings().database
    assert (database.max_readers, database.max_writers, database.token_command) == (20, 4, "echo token")


def test_max_rows__is_a_setting_with_a_least_value_or_0_for_all(monkeypatch):
    assert Settings().monitoring.max_rows == 10_000
    for accepted in ("0", "1000"):
        monkeypatch.setenv("DELAY_MONITORING__MAX_ROWS", accepted)
        assert Settings().monitoring.max_rows == int(accepted)

    monkeypatch.setenv("DELAY_MONITORING__MAX_ROWS", "999")
    with pytest.raises(
        ValidationError, match=r"max_rows is 999; it must be at least 1000 .*, or 0 to measure all rows"
    ):
        Settings()


def test_recalibration__is_off_and_switched_on_by_one_variable(monkeypatch):
    assert not Settings().recalibration.enabled
    monkeypatch.setenv("DELAY_RECALIBRATION__ENABLED", "true")
    monkeypatch.setenv("DELAY_RECALIBRATION__POLICY__MAXIMUM_OUTCOMES", "500")
    recalibration = Settings().recalibration
    assert recalibration.enabled
    assert (recalibration.policy.maximum_outcomes, recalibration.policy.minimum_outcomes) == (500, 100)


def test_key_of_the_user_interface__is_read_from_a_file_beside_its_other_variables(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("dk_secret\n")
    monkeypatch.setenv("DELAY_UI__API_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("DELAY_UI__API_URL", "https://delays.example.com")

    ui = Settings().ui

    assert ui.api_key.get_secret_value() == "dk_secret"
    assert ui.api_url == "https://delays.example.com"
