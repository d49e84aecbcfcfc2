"""An adapter whose extra is missing says which to install."""

import os
import subprocess
import sys

import pytest

HIDDEN = """
import sys
sys.modules[{library!r}] = None
from {package} import {name}
"""


@pytest.mark.parametrize(
    ("package", "name", "library", "extra"),
    [
        ("adapters.tabular", "TableCodec", "pyarrow", "serve"),
        ("adapters.simulator", "GroundTruth", "pyarrow", "serve"),
        ("adapters.onnx", "ModelRuntime", "onnxruntime", "serve"),
        ("adapters.sklearn.model_trainer", "ModelTrainer", "sklearn", "train"),
        ("adapters.matplotlib", "EvaluationPlots", "matplotlib", "train"),
        ("adapters.mlflow", "ModelRegistry", "mlflow", "mlflow"),
        ("adapters.s3", "ArtifactStore", "boto3", "s3"),
        ("adapters.sql", "Database", "sqlalchemy", "serve"),
        ("adapters.kaggle", "ByteSource", "kagglehub", "kaggle"),
        ("adapters.scipy", "DriftDetector", "scipy", "monitoring"),
    ],
)
def test_missing_library__names_its_extra(package, name, library, extra):
    code = HIDDEN.format(library=library, package=package, name=name)
    message = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stderr
    assert f"{library} is not installed: pip install 'delay-core[{extra}]'" in message.splitlines()[-1].replace(
        ".", " ", 0
    )


@pytest.mark.parametrize(("library", "arguments"), [("rich", ["runs"]), ("pyarrow", ["schema", "check"])])
def test_a_command_without_a_library_of_its_own__says_how_to_install_it(tmp_path, library, arguments):
    if "check" in arguments:
        (tmp_path / "table.csv").write_text("a,b\n1,2\n")
        arguments = [*arguments, "--schema", "smart_logistics", "--source", str(tmp_path / "table.csv")]
    code = f"import sys; sys.modules[{library!r}] = None; from entrypoints.cli import main; main()"
    environment = {**os.environ, "DELAY_DATA": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == f"delay needs {library}: pip install 'delay-core[all]'"


def test_command_without_libraries__says_how_to_install_them():
    code = "import sys; sys.modules['typer'] = None; from entrypoints.cli import main; main()"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.strip() == "delay needs typer: pip install 'delay-core[all]'"
