"""A bundle in MLflow's shape: a `pyfunc` model from code, its bundle an artifact folder; no pickle anywhere."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from adapters.mlflow.bundle_path import BUNDLE
from adapters.mlflow.library import MlflowClient, MlflowException, mlflow
from adapters.mlflow.store import is_taken
from delay_core.bundle import Bundle


@contextmanager
def model_folder(bundle: Bundle, code: Path) -> Iterator[Path]:
    """A folder for the length of the block that `mlflow.pyfunc.load_model` understands; `code` sets the model.

    It states no signature: MLflow would enforce one before the model sees the rows, and refuse or convert what the
    shipment schema itself judges (text in numeric columns, missing optional ones, aliases), in words of its own.
    """
    with tempfile.TemporaryDirectory() as place:
        folder, model = Path(place) / BUNDLE, Path(place) / "model"
        folder.mkdir()
        for name, content in bundle.files.items():
            (folder / name).write_bytes(content)
        # Stated requirements spare MLflow twelve seconds of guessing; it adds its own version to them.
        needed = [f"delay-core[serve]=={version('delay-core')}"]
        mlflow.pyfunc.save_model(
            model, python_model=str(code), artifacts={BUNDLE: str(folder)}, pip_requirements=needed
        )
        yield model


def ensure_model(client: MlflowClient, name: str) -> None:
    """Create the registered model where it is missing."""
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if not is_taken(error):
            raise
