"""`python -m entrypoints.errands load|record|rollback …`: one JSON object on standard output says how it went."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from delay_core.errors import DelayError
from delay_core.ports.model_catalog import ModelVersion
from delay_core.use_cases.follow import record_by_hand
from entrypoints.container import Container
from entrypoints.settings import Settings


def main() -> None:
    """Run the errand that the arguments name; its errors are told, not raised."""
    errand, *arguments = sys.argv[1:]
    container = Container(settings=Settings())
    try:
        told = {"done": ERRANDS[errand](container, *arguments)}
    except DelayError as error:
        told = {"error": type(error).__name__, "message": str(error)}
    sys.stdout.write(json.dumps(told) + "\n")


def _load(container: Container, name: str, version: str, folder: str) -> object:
    """Put the verified bundle's files into the folder."""
    for file, content in container.registry().load(name, int(version)).files.items():
        (Path(folder) / file).write_bytes(content)
    return None


def _record(container: Container, name: str, version: str, digest: str) -> object:
    """Record the version that serves, where no decision put it there."""
    return record_by_hand(container.log(), ModelVersion(name, int(version), digest, ""))


def _rollback(container: Container, name: str) -> object:
    """Let the version before serve again."""
    return container.rollback()(name).model_dump(mode="json")


ERRANDS: dict[str, Callable[..., object]] = {"load": _load, "record": _record, "rollback": _rollback}


if __name__ == "__main__":
    main()
