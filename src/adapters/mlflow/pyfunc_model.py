"""A bundle as an MLflow model: a `pyfunc` model from code whose artifact is the bundle; without pickle."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from adapters.mlflow.bundle_path import BUNDLE
from adapters.mlflow.connection import already_exists
from adapters.mlflow.library import MlflowClient, MlflowException, mlflow
from delay_core.bundle import Bundle


@contextmanager
def pyfunc_directory(bundle: Bundle, code: Path) -> Iterator[Path]:
    """A temporary folder that `mlflow.pyfunc.load_model` can load; the file `code` sets the model.

    The model has no signature: MLflow would enforce it before the model sees the rows, and refuse or convert values
    that the shipment schema handles (text in numeric columns, missing optional columns, aliases).
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder, model = Path(temporary) / BUNDLE, Path(temporary) / "model"
        folder.mkdir()
        for name, content in bundle.files.items():
            (folder / name).write_bytes(content)
        # Without requirements, MLflow infers them, which takes twelve seconds; it adds its own version to them.
        requirements = [f"delay-core[serve]=={version('delay-core')}"]
        mlflow.pyfunc.save_model(
            model, python_model=str(code), artifacts={BUNDLE: str(folder)}, pip_requirements=requirements
        )
        yield model


def ensure_model(client: MlflowClient, name: str) -> None:
    """Create the registered model if it is missing."""
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if not already_exists(error):
            raise
