"""kubectl: the one on the PATH, else the one of this project's tools."""

import shutil
from pathlib import Path

from infra.stand.commands import tool


class KubectlMissing(Exception):
    """This machine has no kubectl. The message says how to get one."""


def find_kubectl() -> str:
    """The path of kubectl. Raises KubectlMissing."""
    own = tool("kubectl")
    path = shutil.which("kubectl") or (own if Path(own).is_file() else None)
    if path is None:
        raise KubectlMissing(
            "kubectl is not on the PATH. Install it (https://kubernetes.io/docs/tasks/tools/),"
            " or run `make test-k8s` once: on Linux it gets one for this project alone"
        )
    return path
