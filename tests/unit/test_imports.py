"""What importing costs."""

import subprocess
import sys
from pathlib import Path

import pytest

import delay_core

ROOT = Path(__file__).parents[2]
HEAVY = ("sklearn", "mlflow", "evidently", "sqlalchemy", "boto3", "fastapi", "onnxruntime", "pyarrow.parquet", "typer")


def _loaded_by(code):
    text = f"import sys; {code}; print(*sorted(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout.split())


def test_the_library_pulls_in_no_framework():
    walk = "pkgutil.walk_packages(delay_core.__path__, 'delay_core.')"
    every_module = f"import pkgutil, delay_core; [__import__(module.name) for module in {walk}]"
    assert not _loaded_by(every_module) & set(HEAVY)


def test_the_library_alone_loads_no_other():
    assert not _loaded_by("import delay_core") & {"numpy", "pandas", "pydantic", "yaml"}


def test_names_of_the_library_load_their_modules():
    names = "Bundle, FeatureEncoder, Prediction, Predictor, ShipmentSchema, built_in_names, load_schema, parse_schema"
    assert "pandas" in _loaded_by(f"from delay_core import {names}")


def test_names_of_the_library_are_listed_before_they_are_loaded():
    listed = "assert set(delay_core.__all__) <= set(dir(delay_core))"
    code = f"import sys, delay_core; {listed}; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_name_that_the_library_does_not_have_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'delay_core' has no attribute 'Predicter'"):
        delay_core.Predicter  # noqa: B018 - asking is the test
