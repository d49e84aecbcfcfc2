"""What commands load: a command that explains itself, or finds nothing to do, loads no library that it does not use."""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.mlflow_stores import fresh_store

if TYPE_CHECKING:
    from adapters.mlflow import MlflowConnection

TABLES = {"pandas", "pyarrow"}
SERVERS = {"fastapi", "starlette", "uvicorn", "werkzeug"}
MODELS = {"sklearn", "onnxruntime", "onnx", "matplotlib", "scipy"}
REPORT = """
import sys
from entrypoints.cli import main
try:
    main()
finally:
    print("LOADED", *{name.split(".")[0] for name in sys.modules}, file=sys.stderr)
"""


def loaded_by(data: Path, *arguments: str, code: int = 0) -> set[str]:
    """The packages that `delay` has loaded when it ends."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DELAY_", "MLFLOW_", "MODEL_"))},
        "DELAY_DATA": str(data),
    }
    ended = subprocess.run(
        [sys.executable, "-c", REPORT, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == code, ended.stderr
    (line,) = (line for line in ended.stderr.splitlines() if line.startswith("LOADED "))
    return set(line.split()[1:])


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["keys", "--help"], ["pipeline", "--help"]])
def test_help__loads_the_command_line_alone(tmp_path, arguments):
    loaded = loaded_by(tmp_path, *arguments)

    assert "typer" in loaded
    assert not loaded & (TABLES | SERVERS | MODELS | {"numpy", "dependency_injector", "mlflow", "sqlalchemy"})


def test_keys__load_neither_tables_nor_the_server(tmp_path):
    keys = tmp_path / "keys.json"
    loaded_by(tmp_path, "keys", "add", "planner", "--file", str(keys))

    loaded = loaded_by(tmp_path, "keys", "list", "--file", str(keys))

    assert not loaded & (TABLES | SERVERS | MODELS | {"numpy", "dependency_injector", "mlflow", "sqlalchemy"})


def test_serve__loads_the_settings_alone_before_it_starts_the_server(tmp_path):
    loaded = loaded_by(tmp_path, "serve", "--host", "192.0.2.1", code=2)  # refused: it needs keys

    assert "pydantic_settings" in loaded
    assert not loaded & (TABLES | SERVERS | MODELS | {"numpy", "dependency_injector", "mlflow", "sqlalchemy"})


def test_ui__loads_the_settings_alone_before_it_starts_streamlit(tmp_path):
    loaded = loaded_by(tmp_path, "ui", "--host", "192.0.2.1", code=2)  # no address of this machine

    assert "pydantic_settings" in loaded
    assert not loaded & (TABLES | SERVERS | MODELS | {"numpy", "dependency_injector", "streamlit", "httpx", "altair"})


def test_db_current__loads_the_database_alone(tmp_path):
    loaded = loaded_by(tmp_path, "db", "current")

    assert "sqlalchemy" in loaded
    assert not loaded & (TABLES | SERVERS | MODELS | {"mlflow", "alembic"})


def test_runs__loads_neither_tables_nor_mlflow(tmp_path):
    (tmp_path / "mlflow").mkdir()
    store: MlflowConnection = fresh_store(tmp_path / "mlflow")
    assert Path(store.tracking_uri.removeprefix("sqlite:///")).is_file()

    loaded = loaded_by(tmp_path, "runs")

    assert not loaded & (TABLES | SERVERS | MODELS | {"mlflow", "sqlalchemy", "requests"})
