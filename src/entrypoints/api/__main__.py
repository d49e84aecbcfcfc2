"""`python -m entrypoints.api`: the server process, which `delay serve` starts after it has checked its options."""

import argparse
import gc
import os
import signal
import sys
import tempfile
from contextlib import ExitStack

import uvicorn

from entrypoints.api.http_protocol import HttpProtocol

KEEP_ALIVE_SECONDS = 65
"""Time that an idle connection stays open: longer than a proxy keeps one, so that a proxy never uses a closed one."""
SHUTDOWN_GRACE_SECONDS = 30
"""Time that running requests have after SIGTERM."""

gc.set_threshold(100_000)  # until the app sets its own: fewer collections while this process and its workers import it


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m entrypoints.api", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    # uvicorn raises the signal again after it has stopped: without a handler, the exit code would report a failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ExitStack() as stack:
        if arguments.workers > 1:  # workers share metrics through a folder, which prometheus_client reads at import
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = stack.enter_context(tempfile.TemporaryDirectory())
        uvicorn.run(
            "entrypoints.api.app:served_app",
            factory=True,
            host=arguments.host,
            port=arguments.port,
            workers=arguments.workers,
            loop="uvloop",
            http=HttpProtocol,
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=SHUTDOWN_GRACE_SECONDS,
        )


if __name__ == "__main__":
    main()
