"""A network with a loopback address alone: ports are free, and nothing that listens on all addresses is reachable."""

import os
import subprocess
import sys

_MARK = "DELAY_LOOPBACK_ONLY"


def enter_private_network(module: str) -> None:
    """Run the module anew in a network of its own; returns there. Needs the user root and Linux."""
    if os.environ.get(_MARK):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)  # noqa: S607 - iproute2 of this machine
        return
    os.environ[_MARK] = "1"
    command = ["unshare", "--net", sys.executable, "-m", module, *sys.argv[1:]]
    os.execvp(command[0], command)  # noqa: S606 - util-linux of this machine
