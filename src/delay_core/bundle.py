"""The bundle: everything a prediction needs, under a manifest of digests; no pickle, nothing unverified."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from delay_core import digest
from delay_core.calibration import Calibrator, calibrator_from_json
from delay_core.conformal import LabelSets
from delay_core.errors import BundleError
from delay_core.features import FeatureEncoder
from delay_core.schema import ShipmentSchema

FORMAT = 2
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
SIZE_LIMIT = 2 * 1024**3


@dataclass(frozen=True)
class Bundle:
    """A verified bundle. `digest` names its content: never times, run ids or URLs."""

    digest: str
    files: Mapping[str, bytes]
    schema: ShipmentSchema
    encoder: FeatureEncoder
    calibrator: Calibrator
    label_sets: LabelSets

    @classmethod
    def pack(cls, files: Mapping[str, bytes]) -> Self:
        """A bundle of the seven content files, with a fresh manifest."""
        manifest = {"format": FORMAT, "files": {name: digest.of_bytes(files[name]) for name in FILES}}
        return cls.from_files({**files, MANIFEST: digest.canonical_json(manifest)})

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """Verify every digest before anything is parsed. Raises BundleError."""
        expected = {*FILES, MANIFEST}
        if set(files) != expected:
            missing, foreign = sorted(expected - set(files)), sorted(set(files) - expected)
            raise BundleError(
                f"not a bundle: missing {missing or 'nothing'}, foreign {foreign or 'nothing'}; "
                f"expected {sorted(expected)}"
            )
        if sum(map(len, files.values())) > SIZE_LIMIT:
            raise BundleError("bundle refused: larger than 2 GiB")
        try:
            manifest = json.loads(files[MANIFEST])
            stated = dict(manifest["files"])
        except (ValueError, KeyError, TypeError) as error:
            raise BundleError(f"{MANIFEST} is not a manifest of digests: {error}") from error
        if manifest.get("format") != FORMAT or set(stated) != set(FILES):
            raise BundleError(
                f"{MANIFEST}: format {manifest.get('format')!r} with files {sorted(stated)}; "
                f"this version reads format {FORMAT}"
            )
        for name in FILES:
            found = digest.of_bytes(files[name])
            if found != stated[name]:
                raise BundleError(
                    f"{name} was altered: its sha256 is {found[:12]}…, the manifest says {str(stated[name])[:12]}…"
                )
        try:
            schema = ShipmentSchema.model_validate_json(files["schema.json"])
        except ValueError as error:
            raise BundleError(f"schema.json is not a schema that this version reads: {error}") from error
        return cls(
            digest.of_json(manifest),
            dict(files),
            schema,
            FeatureEncoder.from_json(files["encoder.json"]),
            calibrator_from_json(files["calibrator.json"]),
            LabelSets.from_json(files["label_sets.json"]),
        )

    @property
    def metrics(self) -> dict[str, Any]:
        """What `metrics.json` says."""
        content: dict[str, Any] = json.loads(self.files["metrics.json"])
        return content
