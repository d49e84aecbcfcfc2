"""`python -m entrypoints.api`: the server itself, without the command line that `delay serve` has checked."""

import argparse
import os
import signal
import sys
import tempfile
from contextlib import ExitStack

import uvicorn

KEEP = 65
"""Seconds that an idle connection stays open: longer than proxies keep theirs, so that none meets a closed one."""
DRAIN = 30
"""Seconds that running requests have to end when the server is told to stop."""


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m entrypoints.api", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    # When it has stopped, uvicorn sends itself the signal again: without a handler, that would be no good end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ExitStack() as stack:
        if asked.workers > 1:  # their figures meet in a folder; prometheus_client reads its name when it is imported
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = stack.enter_context(tempfile.TemporaryDirectory())
        uvicorn.run(
            "entrypoints.api.app:served_app",
            factory=True,
            host=asked.host,
            port=asked.port,
            workers=asked.workers,
            loop="uvloop",
            http="httptools",
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP,
            timeout_graceful_shutdown=DRAIN,
        )


if __name__ == "__main__":
    main()
