"""`python -m infra.kubernetes.rehearsal --kubeconfig FILE`: deployments by Git, rehearsed on a real API server.

It works in the namespace delay-rehearsal, which it creates and deletes, and in no other.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from infra.kubernetes.kubectl import KubectlMissing
from infra.kubernetes.rehearsal.api_server import ApiServer
from infra.kubernetes.rehearsal.conversion import Conversion
from infra.kubernetes.rehearsal.steps import Rehearsal
from infra.kubernetes.rehearsal.synchronization import Synchronization
from infra.kubernetes.rehearsal.working_copy import NAMESPACE, WorkingCopy
from infra.stand.part import PartFailed
from infra.stand.run import run_parts

BUDGET_SECONDS = 1800


def main() -> int:
    """The exit status is 1 if a step fails."""
    parser = argparse.ArgumentParser(prog="python -m infra.kubernetes.rehearsal", description=__doc__)
    parser.add_argument("--kubeconfig", required=True, help="file of the API server's address and credentials")
    parser.add_argument("--keep", action="store_true", help="keep the namespace, to look at it")
    arguments = parser.parse_args()
    out = Console(highlight=False, soft_wrap=True, markup=False)
    if not arguments.kubeconfig:
        parser.error("name the file of the API server's address and credentials: make k8s-rehearsal KUBECONFIG=…")
    kubeconfig = Path(arguments.kubeconfig).expanduser().absolute()
    if not kubeconfig.is_file():
        parser.error(f"{kubeconfig} is not a file")
    server = ApiServer(kubeconfig)
    try:
        if server.kubectl("get", "namespace", NAMESPACE, "--ignore-not-found", "--output", "name").strip():
            parser.error(f"the namespace {NAMESPACE} exists; is another rehearsal running? Delete it otherwise")
        return _rehearse(server, out, keep=arguments.keep)
    except (PartFailed, KubectlMissing) as error:
        Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print(str(error))
        return 1


def _rehearse(server: ApiServer, out: Console, *, keep: bool) -> int:
    nodes = "with nodes" if server.has_nodes else "without nodes: the rehearsal itself reports the end of jobs"
    controllers = "with controllers" if server.has_controllers else "without controllers"
    out.print(f"Kubernetes {server.release}, {controllers}, {nodes}")
    conversion = Conversion(server.api_versions, server.definitions)
    with tempfile.TemporaryDirectory(prefix="delay-rehearsal-") as folder:
        copy = WorkingCopy.create(Path(folder))
        try:
            status = run_parts(
                Rehearsal(server, copy, Synchronization(server, copy, conversion)).parts(), BUDGET_SECONDS
            )
        finally:
            if not keep:
                server.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false")
    for note in conversion.notes:
        out.print(f"For this server: {note}.")
    return status


if __name__ == "__main__":
    sys.exit(main())
