"""The bundle: everything that a prediction needs, verified by a manifest of digests; without pickles."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from delay_core import digest
from delay_core.calibration import Calibrator, calibrator_from_json
from delay_core.conformal import LabelSets
from delay_core.errors import BundleError
from delay_core.features import FeatureEncoder
from delay_core.reference_sample import ReferenceSample
from delay_core.schema import ShipmentSchema

Model = Callable[[NDArray[np.float32]], NDArray[np.float64]]
"""The uncalibrated probabilities [rows] of a matrix [rows, features]."""

REFERENCE = "reference.json"
REQUIRED_FILES = (
    "model.onnx",
    "encoder.json",
    "calibrator.json",
    "label_sets.json",
    "schema.json",
    "metrics.json",
    "model_card.md",
)
FILES = {2: REQUIRED_FILES, 3: (*REQUIRED_FILES, REFERENCE)}
"""The content files of each format. Since format 3, a bundle holds a reference sample for monitoring."""
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
        """A bundle of these content files, with a new manifest: of format 2 without a reference sample, else of 3."""
        version = 3 if REFERENCE in files else 2
        manifest = {"format": version, "files": {name: digest.sha256_hex(files[name]) for name in FILES[version]}}
        return cls.from_files({**files, MANIFEST: digest.canonical_json(manifest)})

    @staticmethod
    def is_incomplete(files: Collection[str]) -> bool:
        """Whether files of a bundle are missing among these names, and there are no others."""
        names = set(files)
        return names < {*REQUIRED_FILES, REFERENCE, MANIFEST} and not names >= {*REQUIRED_FILES, MANIFEST}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """Verify every digest, then parse the files. Raises BundleError."""
        required, names = {*REQUIRED_FILES, MANIFEST}, set(files)
        if not required <= names <= {*required, REFERENCE}:
            missing, unexpected = sorted(required - names), sorted(names - {*required, REFERENCE})
            raise BundleError(
                f"not a bundle: missing {missing or 'nothing'}, unexpected {unexpected or 'nothing'}; "
                f"expected {sorted(required)}, and since format 3 {REFERENCE}"
            )
        if sum(map(len, files.values())) > MAX_BUNDLE_BYTES:
            raise BundleError("bundle refused: larger than 2 GiB")
        try:
            manifest = json.loads(files[MANIFEST])
            declared = dict(manifest["files"])
        except (ValueError, KeyError, TypeError) as error:
            raise BundleError(f"{MANIFEST} is not a manifest of digests: {error}") from error
        version = manifest.get("format")
        if set(declared) != set(FILES.get(version, ())):
            raise BundleError(
                f"{MANIFEST}: format {version!r} with files {sorted(declared)}; this version reads formats 2 and 3"
            )
        if names != {*declared, MANIFEST}:
            raise BundleError(f"not a bundle: a bundle of format {version} has the files {sorted(declared)}")
        for name, stated in declared.items():
            actual = digest.sha256_hex(files[name])
            if actual != stated:
                raise BundleError(
                    f"{name} was altered: its sha256 is {actual[:12]}…, the manifest says {str(stated)[:12]}…"
                )
        try:
            schema = ShipmentSchema.model_validate_json(files["schema.json"])
        except ValueError as error:
            raise BundleError(f"schema.json is not a schema that this version reads: {error}") from error
        encoder = FeatureEncoder.from_json(files["encoder.json"])
        encoder.check_columns(schema)
        return cls(
            digest.json_digest(manifest),
            dict(files),
            schema,
            encoder,
            calibrator_from_json(files["calibrator.json"]),
            LabelSets.from_json(files["label_sets.json"]),
        )

    def calibrated_probabilities(self, model: Model, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """The probabilities of being late [rows] that this bundle serves, for its encoder's matrix [rows, features]."""
        return self.calibrator.apply(model(features))

    @cached_property
    def reference(self) -> ReferenceSample | None:
        """The rows that monitoring compares with; None in a bundle of format 2. Raises BundleError."""
        return ReferenceSample.from_json(self.files[REFERENCE]) if REFERENCE in self.files else None

    @property
    def metrics(self) -> dict[str, Any]:
        """The content of `metrics.json`."""
        content: dict[str, Any] = json.loads(self.files["metrics.json"])
        return content
