"""The child: one request from standard input, its response on standard output."""

import json
import os
import resource
import sys
from typing import Any

from delay_core.errors import DelayError
from entrypoints.table_process.messages import DraftRequest, Failure, ReadRequest, TableMessage

MAX_MEMORY_BYTES = 4 << 30


def main() -> None:
    """Run the requested operation within the limits."""
    request: dict[str, Any] = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (request["cpu_seconds"], request["cpu_seconds"]))
    response = run(request["operation"], request["parameters"])
    output = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    output.write(response.model_dump_json())
    output.flush()


def run(operation: str, parameters: dict[str, Any]) -> TableMessage:
    """The response to a request; a Failure if the file cannot be read."""
    from entrypoints.container import Container  # noqa: PLC0415 - a limit holds before the libraries are loaded
    from entrypoints.settings import Settings  # noqa: PLC0415
    from entrypoints.table_process.operations import draft_schema, read_table  # noqa: PLC0415

    container = Container(settings=Settings())
    try:
        if operation == "read":
            return read_table(container, ReadRequest.model_validate(parameters))
        return draft_schema(container, DraftRequest.model_validate(parameters))
    except DelayError as error:
        return Failure(message=str(error))
    except MemoryError:
        return Failure(message=f"{parameters['path']} needs too much memory; split it into smaller files")


if __name__ == "__main__":
    main()
