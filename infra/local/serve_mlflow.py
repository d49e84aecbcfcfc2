"""MLflow's server in one process, on the listening socket that is its file 0; started by `mlflow_server`.

`mlflow server` creates its tables in one process and serves from others, each of which needs seven seconds to
import MLflow, most of the start. Here one process does both, with the functions that the command uses.
"""

import gc
import os
import socket

gc.disable()  # imported modules stay; garbage collection in them takes a tenth of the start

import uvicorn  # noqa: E402 - before mlflow.server, which checks whether a server runs it
from mlflow.server import constants, handlers  # noqa: E402
from mlflow.store.db import utils  # noqa: E402

ROOT = "mlflow-artifacts:/"
"""Files go through the server, so that clients need no credentials."""


def main() -> None:
    """Serve until SIGTERM."""
    backend = os.environ["DELAY_MLFLOW_BACKEND"]
    os.environ[constants.BACKEND_STORE_URI_ENV_VAR] = backend
    os.environ[constants.REGISTRY_STORE_URI_ENV_VAR] = backend
    os.environ[constants.ARTIFACT_ROOT_ENV_VAR] = ROOT
    os.environ[constants.ARTIFACTS_DESTINATION_ENV_VAR] = os.environ["DELAY_MLFLOW_ARTIFACTS"]
    os.environ[constants.SERVE_ARTIFACTS_ENV_VAR] = "true"
    utils.MAX_RETRY_COUNT = 5  # an unavailable database is an error after three seconds, not two minutes
    handlers.initialize_backend_stores(backend, backend, ROOT)
    from mlflow.server.fastapi_app import app  # noqa: PLC0415 - it reads the environment while it is imported

    gc.freeze()
    gc.enable()
    config = uvicorn.Config(app, access_log=False, timeout_graceful_shutdown=5)
    uvicorn.Server(config).run([socket.socket(fileno=os.dup(0))])


if __name__ == "__main__":
    main()
