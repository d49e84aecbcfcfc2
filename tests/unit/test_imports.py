"""What may be imported where, and what an import loads."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import delay_core

ROOT = Path(__file__).parents[2]
HEAVY = ("sklearn", "mlflow", "evidently", "sqlalchemy", "boto3", "fastapi", "onnxruntime", "pyarrow.parquet", "typer")


def _loaded_by(code):
    text = f"import sys; {code}; print(*sorted(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout.split())


CORE_MAY_IMPORT = {"delay_core", "numpy", "pandas", "pydantic", "pydantic_core", "yaml"} | sys.stdlib_module_names
"""All that the bare distribution installs, and what these libraries are made of."""
PRODUCT = {"delay_core", "adapters", "entrypoints"}
TESTS = {"fakes", "support", "tests"}
MAY_NOT_IMPORT = {
    "src": {"benchmarks", "infra", "migrations", *TESTS},
    "migrations": {*PRODUCT, "benchmarks", "infra", *TESTS},
    "infra": {"adapters", "entrypoints", "benchmarks", "migrations", *TESTS},
    "benchmarks": TESTS,
    "tests/unit": {"benchmarks"},
    "tests/contract": {"benchmarks"},
    "tests/fakes": {"benchmarks"},
    "tests/support": {"benchmarks"},
}
"""Tests of `tests/integration` and `tests/e2e` may run the clients and checks of the benchmarks."""
DAG_FILES = (path.relative_to(ROOT).as_posix() for path in (ROOT / "infra/airflow/dags").glob("*.py"))
EXCEPTIONS = {
    *((path, "entrypoints") for path in DAG_FILES),  # they use the operators, as the DAG files of any user do
    ("tests/support/registered_models.py", "benchmarks"),  # the records that its load clients send
    ("infra/compose/preparation.py", "entrypoints"),  # the key file has one format
    ("infra/dvc/stage.py", "entrypoints"),  # the evaluation reads the bundle from wherever the settings say
    ("infra/screenshots/demonstration.py", "entrypoints"),  # it asks the API of the demo for shipments, and acts on two
    ("infra/stand/storage_uses.py", "adapters"),  # the product's own calls prove that its roles have enough rights
    ("infra/local/postgres.py", "adapters"),  # the roles have one source, which the wheel contains
}


def _imports(folder):
    """Each file below the folder with the packages that it imports, at its top or in a function."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        yield from ((path.relative_to(ROOT).as_posix(), package) for package in _packages(path))


@cache
def _packages(path):
    modules = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            modules.append(node.module)
    return [module.split(".")[0] for module in modules]


def test_core__imports_only_the_libraries_of_the_bare_distribution():
    assert {each for each in _imports("src/delay_core") if each[1] not in CORE_MAY_IMPORT} == set()


def test_core_allow_list__has_no_library_that_is_not_imported():
    imported = {package for _, package in _imports("src/delay_core")}
    assert imported >= CORE_MAY_IMPORT - sys.stdlib_module_names


@pytest.mark.parametrize("folder", MAY_NOT_IMPORT)
def test_trees__depend_on_each_other_in_one_direction(folder):
    forbidden = {each for each in _imports(folder) if each[1] in MAY_NOT_IMPORT[folder]}
    assert forbidden - EXCEPTIONS == set()


def test_library__imports_no_framework():
    walk = "pkgutil.walk_packages(delay_core.__path__, 'delay_core.')"
    every_module = f"import pkgutil, delay_core; [__import__(module.name) for module in {walk}]"
    assert not _loaded_by(every_module) & set(HEAVY)


def test_library__imports_no_third_party_package_alone():
    assert not _loaded_by("import delay_core") & {"numpy", "pandas", "pydantic", "yaml"}


def test_lazy_names__load_their_modules():
    names = "Bundle, FeatureEncoder, Prediction, Predictor, ShipmentSchema, built_in_names, load_schema, parse_schema"
    assert "pandas" in _loaded_by(f"from delay_core import {names}")


def test_lazy_names__are_listed_before_they_are_loaded():
    listed = "assert set(delay_core.__all__) <= set(dir(delay_core))"
    code = f"import sys, delay_core; {listed}; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_unknown_name__is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'delay_core' has no attribute 'Predicter'"):
        delay_core.Predicter  # noqa: B018 - asking is the test


def test_user_interface__reaches_the_api_without_its_framework_and_without_streamlit():
    assert not _loaded_by("import entrypoints.ui.client") & {*HEAVY, "starlette", "streamlit", "delay_core.use_cases"}
