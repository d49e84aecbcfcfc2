"""What importing costs, and who may import whom."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = ("sklearn", "mlflow", "evidently", "sqlalchemy", "boto3", "fastapi", "onnxruntime", "pyarrow.parquet", "typer")


def _loaded_by(code):
    text = f"import sys; {code}; print(*sorted(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout.split())


def test_the_library_pulls_in_no_framework():
    assert not _loaded_by("import delay_core, delay_core.use_cases") & set(HEAVY)


def test_the_command_line_loads_what_it_uses_only():
    assert not _loaded_by("import entrypoints.cli.main") & {"sklearn", "mlflow", "onnxruntime", "matplotlib"}


def test_every_port_has_a_contract_suite_and_a_fake():
    for port in sorted((ROOT / "src/delay_core/ports").glob("[a-z]*.py")):
        assert (ROOT / "tests/contract" / f"test_{port.name}").is_file(), port.stem
        assert (ROOT / "tests/fakes" / port.name).is_file(), port.stem
