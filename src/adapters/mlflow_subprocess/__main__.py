"""The child's side: a JSON request on standard input, a JSON response on the last line of standard output."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters.mlflow import MlflowConnection, ModelRegistry, PromotionLog
from delay_core.bundle import Bundle
from delay_core.errors import BundleMissing, DelayError
from delay_core.ports.model_catalog import ModelVersion
from delay_core.use_cases.recovered_bundles import RecoveringModelRegistry
from delay_core.use_cases.serving_promotions import DirectServingPromotions


def main() -> None:
    """Run the requested operation. An error that the product explains is part of the response."""
    request = json.load(sys.stdin)
    store = MlflowConnection(request["tracking_uri"])
    registry = ModelRegistry(store, Path(request["model_code"]))
    promotions = DirectServingPromotions(registry, PromotionLog(store), request["alias"])
    operations: Mapping[str, Callable[..., object]] = {
        "load": lambda **parameters: _load(registry, **parameters),
        "record_manual": lambda **version: promotions.record_manual(ModelVersion(**version)),
        "roll_back": lambda name: promotions.roll_back(name).model_dump(mode="json"),
        "restore_and_roll_back": lambda name, folder: (
            _with_copy(promotions, folder).roll_back(name).model_dump(mode="json")
        ),
    }
    response: dict[str, Any]
    try:
        response = {"result": operations[request["operation"]](**request["parameters"])}
    except DelayError as error:
        response = {"error": type(error).__name__, "message": str(error), "public": error.public}
        if isinstance(error, BundleMissing):
            response["digest"] = error.digest
    sys.stdout.write(json.dumps(response) + "\n")


def _load(registry: ModelRegistry, name: str, version: int, folder: str) -> None:
    """Write the files of the verified bundle into the folder."""
    for file, content in registry.load(name, version).files.items():
        (Path(folder) / file).write_bytes(content)


def _with_copy(promotions: DirectServingPromotions, folder: str) -> DirectServingPromotions:
    """The promotions with a registry that stores the bundle in the folder again if its files are missing."""

    def read_copy(_digest: str) -> Bundle:
        return Bundle.from_files({path.name: path.read_bytes() for path in Path(folder).iterdir()})

    return replace(promotions, registry=RecoveringModelRegistry(promotions.registry, [read_copy]))


if __name__ == "__main__":
    main()
