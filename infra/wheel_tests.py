"""The tests against the built wheel: `python -m infra.wheel_tests wheel WHEEL [TEST …]`.

The wheel and the packages of the lock file have an environment of their own, and the tests run in a copy of the clone
without `src` and `migrations`: what the wheel lacks, they cannot import. `source [TEST …]` runs the tests that the copy
leaves out, since they read the clone itself, in the environment of development.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.stand.tracked_tree import copy_tracked_tree

ROOT = Path(__file__).parents[1]
PACKAGED = ("src", "migrations")
SOURCE_TESTS = (
    "tests/integration/test_extending_api_field.py",
    "tests/integration/test_extending_family.py",
    "tests/integration/test_extending_sources.py",
    "tests/integration/test_rolling_upgrades.py",
    "tests/integration/test_stand_*.py",
    "tests/unit/test_docs.py",
    "tests/unit/test_extending_column_role.py",
    "tests/unit/test_imports.py",
    "tests/unit/test_layers_of_tests.py",
    "tests/unit/test_names.py",
)


def main() -> int:
    """The exit status is that of pytest."""
    parser = argparse.ArgumentParser(prog="python -m infra.wheel_tests", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    source = commands.add_parser("source", help="the tests that read the clone, and no others")
    wheel = commands.add_parser("wheel", help="all other tests, against a wheel")
    wheel.add_argument("wheel", type=Path, help="as `make wheel` builds it")
    for command in (source, wheel):
        command.add_argument("test", nargs="*", help="files or folders of tests; all by default")
    arguments = parser.parse_args()
    if arguments.command == "source":
        tests = [str(path.relative_to(ROOT)) for path in _source_tests()]
        return _pytest(Path(sys.executable), ROOT, arguments.test or tests)
    with tempfile.TemporaryDirectory(prefix="wheel-tests-") as folder:
        python = _install(arguments.wheel, Path(folder) / "environment")
        clone = Path(folder) / "clone"
        _copy_clone(clone)
        return _pytest(python, clone, arguments.test)


def _source_tests() -> list[Path]:
    return [path for pattern in SOURCE_TESTS for path in sorted(ROOT.glob(pattern))]


def _install(wheel: Path, environment: Path) -> Path:
    """An environment with the locked packages and the wheel; its Python."""
    python, uv = environment / "bin/python", str(Path(sys.executable).with_name("uv"))
    install = (uv, "pip", "install", "--quiet", "--python", str(python), "--no-deps")
    _run(sys.executable, "-m", "venv", "--without-pip", str(environment))
    _run(*install, "--require-hashes", "--requirement", "requirements.lock")
    _run(*install, str(wheel))
    return python


def _copy_clone(folder: Path) -> None:
    """The tracked files of the clone, without the packages that the wheel holds and the tests that read them."""
    left_out = {path.relative_to(ROOT).as_posix() for path in _source_tests()}
    copy_tracked_tree(folder, lambda name: name not in left_out and name.partition("/")[0] not in PACKAGED)


def _pytest(python: Path, clone: Path, tests: list[str]) -> int:
    processes = os.environ.get("TEST_PROCESSES", "4")
    command = [str(python), "-m", "pytest", f"--numprocesses={processes}", "--dist=loadfile", *tests]
    environment = {**os.environ, "PATH": f"{python.parent}:{os.environ['PATH']}"}
    return subprocess.run(command, cwd=clone, env=environment, check=False).returncode  # noqa: S603 - our own tests


def _run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own commands


if __name__ == "__main__":
    sys.exit(main())
