"""A bundle in MLflow's shape: a `pyfunc` model from code, its bundle an artifact folder; no pickle anywhere."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from adapters.mlflow.library import mlflow
from delay_core.bundle import SIZE_LIMIT, Bundle
from delay_core.errors import BundleError

BUNDLE = "bundle"
PLACE = f"artifacts/{BUNDLE}"
"""The bundle's folder inside the model's."""


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


def bundle_files(source: str, tracking_uri: str) -> Mapping[str, bytes]:
    """The files of the bundle inside the model at `source`, unverified; none where there is no such folder.

    Raises BundleError when they are larger than a bundle may be.
    """
    where = f"{source.rstrip('/')}/{PLACE}"
    listed = mlflow.artifacts.list_artifacts(artifact_uri=where, tracking_uri=tracking_uri)
    if sum(item.file_size or 0 for item in listed) > SIZE_LIMIT:
        raise BundleError(f"the bundle at {where} is larger than {SIZE_LIMIT:,} bytes")
    if not listed:
        return {}
    with tempfile.TemporaryDirectory() as place:
        uri = {"tracking_uri": tracking_uri, "registry_uri": tracking_uri}
        folder = Path(mlflow.artifacts.download_artifacts(artifact_uri=where, dst_path=place, **uri))
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
