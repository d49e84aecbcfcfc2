"""The bundle: everything that a prediction needs, verified by a manifest of digests; without pickles."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from delay_core import digest
from delay_core.calibration import Calibrator, calibrator_from_json
from delay_core.conformal import LabelSets
from delay_core.errors import BundleError
from delay_core.features import FeatureEncoder
from delay_core.schema import ShipmentSchema

Model = Callable[[NDArray[np.float32]], NDArray[np.float64]]
"""The uncalibrated probabilities [rows] of a matrix [rows, features]."""

FORMAT_VERSION = 2
FILES = (
    "model.onnx",
    "encoder.json",
    "calibrator.json",
    "label_sets.json",
    "schema.json",
    "metrics.json",
    "model_card.md",
)
MANIFEST = "manifest.json"
MAX_BUNDLE_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Bundle:
    """A verified bundle. `digest` identifies its content, which has no times, run ids or URLs."""

    digest: str
    files: Mapping[str, bytes]
    schema: ShipmentSchema
    encoder: FeatureEncoder
    calibrator: Calibrator
    label_sets: LabelSets

    @classmethod
    def pack(cls, files: Mapping[str, bytes]) -> Self:
        """A bundle of the seven content files, with a new manifest."""
        manifest = {"format": FORMAT_VERSION, "files": {name: digest.sha256_hex(files[name]) for name in FILES}}
        return cls.from_files({**files, MANIFEST: digest.canonical_json(manifest)})

    @staticmethod
    def is_incomplete(files: Collection[str]) -> bool:
        """Whether files of a bundle are missing among these names, and there are no others."""
        return set(files) < {*FILES, MANIFEST}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """Verify every digest, then parse the files. Raises BundleError."""
        expected = {*FILES, MANIFEST}
        if set(files) != expected:
            missing, unexpected = sorted(expected - set(files)), sorted(set(files) - expected)
            raise BundleError(
                f"not a bundle: missing {missing or 'nothing'}, unexpected {unexpected or 'nothing'}; "
                f"expected {sorted(expected)}"
            )
        if sum(map(len, files.values())) > MAX_BUNDLE_BYTES:
            raise BundleError("bundle refused: larger than 2 GiB")
        try:
            manifest = json.loads(files[MANIFEST])
            declared = dict(manifest["files"])
        except (ValueError, KeyError, TypeError) as error:
            raise BundleError(f"{MANIFEST} is not a manifest of digests: {error}") from error
        if manifest.get("format") != FORMAT_VERSION or set(declared) != set(FILES):
            raise BundleError(
                f"{MANIFEST}: format {manifest.get('format')!r} with files {sorted(declared)}; "
                f"this version reads format {FORMAT_VERSION}"
            )
        for name in FILES:
            actual = digest.sha256_hex(files[name])
            if actual != declared[name]:
                raise BundleError(
                    f"{name} was altered: its sha256 is {actual[:12]}…, the manifest says {str(declared[name])[:12]}…"
                )
        try:
            schema = ShipmentSchema.model_validate_json(files["schema.json"])
        except ValueError as error:
            raise BundleError(f"schema.json is not a schema that this version reads: {error}") from error
        return cls(
            digest.json_digest(manifest),
            dict(files),
            schema,
            FeatureEncoder.from_json(files["encoder.json"]),
            calibrator_from_json(files["calibrator.json"]),
            LabelSets.from_json(files["label_sets.json"]),
        )

    def calibrated_probabilities(self, model: Model, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """The probabilities of being late [rows] that this bundle serves, for its encoder's matrix [rows, features]."""
        return self.calibrator.apply(model(features))

    @property
    def metrics(self) -> dict[str, Any]:
        """The content of `metrics.json`."""
        content: dict[str, Any] = json.loads(self.files["metrics.json"])
        return content
