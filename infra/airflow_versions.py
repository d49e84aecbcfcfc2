"""The provider in the minor versions of Airflow that are not in the lock file: `python -m infra.airflow_versions`.

Each has an environment of its own, `.venv-airflow-3.1`, with Airflow and the product's wheel, and none of the libraries
that tasks need.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSIONS = ("3.1", "3.2")
CHECK = ROOT / "tests/support/airflow_version_check.py"


def main() -> None:
    """Install each version if it is not installed, build the wheel, and check the provider. Raises if a step fails."""
    uv = str(Path(sys.executable).with_name("uv"))
    with tempfile.TemporaryDirectory() as folder:
        _run(uv, "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder)
        [wheel] = Path(folder).glob("*.whl")
        for version in VERSIONS:
            environment = ROOT / f".venv-airflow-{version}"
            python = str(environment / "bin/python")
            if not Path(python).exists():
                _run(sys.executable, "-m", "venv", "--without-pip", str(environment))
            _run(uv, "pip", "install", "--quiet", "--python", python, f"apache-airflow-core=={version}.*")
            _run(uv, "pip", "install", "--quiet", "--python", python, "--no-deps", "--reinstall", str(wheel))
            _run(python, str(CHECK), AIRFLOW_HOME=folder, AIRFLOW__LOGGING__LOGGING_LEVEL="ERROR")


def _run(*command: str, **environment: str) -> None:
    subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True)  # noqa: S603 - our own commands


if __name__ == "__main__":
    main()
