"""`python -m infra.kubernetes up|password|down`: a cluster of Kind on this machine, with Argo CD and the product."""

import argparse
import os
import sys
from pathlib import Path

from rich.console import Console

from delay_core.errors import StoreError
from infra.compose.preparation import ComposeFolder
from infra.kubernetes.kind_cluster import KindCluster, Source, argo_cd_password, delete_cluster

_HINTS = """
Argo CD       https://127.0.0.1:8088   user admin, password: make argocd-password
API           http://127.0.0.1:8000    GET /health
UI            http://127.0.0.1:8501

The API is ready when a model has the alias `production`. Train one with the services of the cluster:
  export DELAY_DATA=s3://smart-logistics-data/delay AWS_ENDPOINT_URL_S3=http://127.0.0.1:4566
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local MLFLOW_TRACKING_URI=http://127.0.0.1:5001
  make pipeline

A commit is a deployment: change MODEL_ALIAS in k8s/apps/api-deployment.yaml, commit and push; Argo CD applies it within
three minutes. `git revert` rolls back. `make k8s-down` deletes the cluster."""


def main() -> int:
    """Run the command; the exit status is 1 if it fails."""
    arguments = _parser().parse_args()
    out, errors = (Console(stderr=stderr, highlight=False, soft_wrap=True, markup=False) for stderr in (False, True))
    try:
        if arguments.command == "up":
            data = Path(os.environ.get("DELAY_DATA_FOLDER", "delay-data")).absolute()
            cluster = KindCluster(ComposeFolder(Path(".services").absolute(), data), out.print)
            cluster.up(Source(arguments.repository or None, arguments.revision or None))
            out.print(_HINTS)
        elif arguments.command == "password":
            out.print(argo_cd_password())
        else:
            delete_cluster()
            out.print("The cluster is deleted. The services of compose still run: make ml-services-down")
    except StoreError as error:
        errors.print(str(error))
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.kubernetes", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="create the cluster, or complete it; can be repeated")
    up.add_argument("--repository", help="URL of the Git repository that Argo CD follows; default: that of k8s/argocd")
    up.add_argument("--revision", help="its branch; default: that of k8s/argocd")
    commands.add_parser("password", help="print the first password of Argo CD's user admin")
    commands.add_parser("down", help="delete the cluster")
    return parser


if __name__ == "__main__":
    sys.exit(main())
