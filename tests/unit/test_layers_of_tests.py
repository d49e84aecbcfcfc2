"""Which layer of tests may import what, and that every adapter of a port is in the suite of that port."""

import ast
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
PORTS = {path.stem for path in (ROOT / "src/delay_core/ports").glob("[a-z]*.py")}
TECHNOLOGIES = {"adapters", "benchmarks", "infra", "mlflow", "sklearn", "onnx", "onnxruntime", "skl2onnx", "sqlalchemy",
                "psycopg", "boto3", "moto", "matplotlib", "alembic", "streamlit", "playwright"}  # fmt: skip
SUITES = {port: [f"test_{port}.py"] for port in PORTS} | {
    "prediction_log": ["test_prediction_log.py", "test_idempotency.py", "conftest.py"],
    "prediction_reader": ["test_prediction_reader.py", "conftest.py"],
    "erasure_log": ["test_erasure_log.py", "conftest.py"],
    "prediction_retention": ["test_prediction_retention.py", "conftest.py"],
}
PARTNERS = {
    "shipment_source": {"adapters.files"},
    "table_sampler": {"adapters.files"},
    "model_trainer": {"adapters.onnx"},
    "model_runtime": {"adapters.sklearn"},
    "explainer": {"adapters.sklearn"},
    "serving_promotions": {"adapters.mlflow"},
    "version_history": {"adapters.mlflow"},
    "erasure_log": {"adapters.outbox"},
}
"""Adapters of other ports that a suite needs: those that read for this port, serve what it writes, or write it."""


@cache
def nodes(path):
    return list(ast.walk(ast.parse(path.read_text())))


@cache
def imported(path):
    """Modules that a file imports, at its top or within."""
    modules = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            modules |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return modules


@cache
def lazily_imported(path):
    """Modules that a file names by `LazyModule`."""
    return {
        node.args[0].value
        for node in nodes(path)
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "LazyModule"
    }


def parent_ports():
    """The ports that each port extends: its adapters are adapters of those, too."""
    parents = {}
    for path in (ROOT / "src/delay_core/ports").glob("[a-z]*.py"):
        tree = ast.parse(path.read_text())
        names = {
            name.name: node.module.rpartition(".")[2]
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("delay_core.ports.")
            for name in node.names
        }
        bases = (base for node in tree.body if isinstance(node, ast.ClassDef) for base in node.bases)
        parents[path.stem] = {names[base.id] for base in bases if getattr(base, "id", None) in names}
    return parents


def adapters_of_ports():
    """Port, package and name of each class in the adapters and entrypoints that subclasses a port."""
    parents = parent_ports()
    for folder, depth in (("adapters", 2), ("entrypoints", 3)):
        for path in sorted((ROOT / "src" / folder).rglob("*.py")):
            tree, *_ = nodes(path)
            ports = {
                name.asname or name.name: (node.module, name.name)
                for node in tree.body
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("delay_core.ports")
                for name in node.names
            }
            for node in (node for node in nodes(path) if isinstance(node, ast.ClassDef)):
                for base in node.bases:
                    module, name = ports.get(getattr(getattr(base, "value", base), "id", None), ("", ""))
                    if module:
                        port = name if module == "delay_core.ports" else module.rpartition(".")[2]
                        package = ".".join(path.with_suffix("").relative_to(ROOT / "src").parts[:depth])
                        yield from ((each, package, node.name) for each in (port, *parents[port]))


ADAPTERS = sorted(set(adapters_of_ports()))


def files_in(layer):
    return sorted((TESTS / layer).rglob("*.py"))


def in_suite(port):
    return set().union(*(lazily_imported(TESTS / "contract" / name) for name in SUITES[port]))


@pytest.mark.parametrize("path", files_in("unit"), ids=lambda path: path.stem)
def test_unit_tests__import_no_technology(path):
    assert not {name for name in imported(path) | lazily_imported(path) if name.split(".")[0] in TECHNOLOGIES}


@pytest.mark.parametrize("path", files_in("fakes"), ids=lambda path: path.stem)
def test_fakes__import_the_core_and_other_fakes_alone(path):
    own = {name.split(".")[0] for name in imported(path)} - set(sys.stdlib_module_names)
    assert own <= {"delay_core", "fakes", "numpy", "pandas"}


def test_fakes__are_one_for_each_port():
    assert {path.stem for path in files_in("fakes")} - {"__init__"} == PORTS


def test_contract_suites__are_those_of_the_ports():
    assert {path.name for path in files_in("contract")} == set().union(*SUITES.values())


@pytest.mark.parametrize(("port", "package", "name"), ADAPTERS, ids=map(" ".join, ADAPTERS))
def test_contract_suites__name_every_adapter_of_their_port(port, package, name):
    modules = in_suite(port)
    assert package in modules | {module.rpartition(".")[0] for module in modules}, (
        f"tests/contract/test_{port}.py does not run {package}.{name}"
    )


def test_contract_suites__scan_finds_adapters_in_every_way_of_writing_them():
    """A port imported as a module, under another name, or as a class; an adapter of the entrypoints."""
    packages = {(port, package) for port, package, _ in ADAPTERS}
    assert {port for port, _ in packages} == PORTS
    assert {
        ("model_catalog", "adapters.mlflow_rest"),
        ("model_catalog", "adapters.mlflow"),
        ("artifact_store", "adapters.s3"),
        ("shipment_source", "adapters.routing"),
        ("progress", "entrypoints.cli.progress"),
    } <= packages


@pytest.mark.parametrize("port", sorted(PORTS))
def test_contract_suites__import_no_adapter_before_it_is_used_nor_one_of_another_port(port):
    packages = {package for of, package, _ in ADAPTERS if of == port} | PARTNERS.get(port, set())
    for name in SUITES[port]:
        path = TESTS / "contract" / name
        assert not {module for module in imported(path) if module.split(".")[0] in TECHNOLOGIES}
        used = {module for module in lazily_imported(path) if module.split(".")[0] in ("adapters", "entrypoints")}
        assert all(any(f"{module}.".startswith(f"{package}.") for package in packages) for module in used), used


def test_suites_on_fakes__are_collected_without_the_libraries_of_adapters():
    code = """
import sys, pytest
plugins = ["-p", "xdist", "-p", "_hypothesis_pytestplugin"]
pytest.main(["tests/contract", "-m", "not real", "--collect-only", "-qq", *plugins])
print("imported:", *sorted(sys.modules))
"""
    lines = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    ).stdout.splitlines()
    [modules] = [line.split()[1:] for line in lines if line.startswith("imported:")]
    assert not (TECHNOLOGIES - {"infra"}) & set(modules)
    collected = {line.partition(":")[0] for line in lines if line.startswith("tests/contract/")}
    assert collected == {f"tests/contract/test_{port}.py" for port in PORTS} | {"tests/contract/test_idempotency.py"}
