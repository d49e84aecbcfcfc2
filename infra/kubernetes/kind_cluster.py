"""A Kubernetes cluster on this machine, by Kind, with Argo CD and this product; services of compose beside it."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from delay_core.errors import StoreError
from infra.compose.engine import engine_problem
from infra.compose.preparation import ComposeFolder
from infra.local.s3_server import create_client
from infra.local.services import BUCKETS

NAME = "delay"
CONTEXT = f"kind-{NAME}"
NAMESPACE = "delay"
K8S = Path(__file__).parents[2] / "k8s"
WAIT_SECONDS = 600
"""How long images of Argo CD may take to be pulled, and its pods to start."""
SERVICES: Mapping[str, str] = {"postgres": "delay-postgres", "mlflow": "delay-mlflow", "localstack": "delay-s3"}
"""Services of compose: their names on the network of Kind (`overlays/kind/stand-services.yaml`)."""
IMAGES = ("api", "ui")
_S3_URL = "http://127.0.0.1:4566"
_INSTALL = {
    "docker": "https://docs.docker.com/engine/install/",
    "kind": "https://kind.sigs.k8s.io/docs/user/quick-start/#installation (0.31 or later)",
    "kubectl": "https://kubernetes.io/docs/tasks/tools/",
}


@dataclass(frozen=True)
class Source:
    """The repository and the branch that Argo CD follows; None: those of the manifests."""

    repository: str | None = None
    revision: str | None = None


@dataclass(frozen=True)
class KindCluster:
    """`print_line` gets a line for each step."""

    folder: ComposeFolder
    print_line: Callable[[str], None]

    def up(self, source: Source) -> None:
        """Create the cluster, or complete the one that is there; every step can be repeated. Raises StoreError."""
        require_tools()
        self._step("services", "PostgreSQL, MLflow and S3 of compose", self._start_services)
        if NAME in _output("kind", "get", "clusters").split():
            self.print_line(f"cluster: {CONTEXT} is there already")
        else:
            config = str(K8S / "overlays" / "kind" / "kind-cluster.yaml")
            self._step("cluster", CONTEXT, lambda: _run("kind", "create", "cluster", "--config", config))
        self._step("network", "the services by name", self._connect_services)
        images = [f"localhost/delay-{name}:{self.folder.prepare()['DELAY_VERSION']}" for name in IMAGES]
        self._step("images", ", ".join(images), lambda: _run("kind", "load", "docker-image", *images, "--name", NAME))
        self._step("Argo CD", "the pinned release", self._install_argo_cd)
        self._step("secrets", f"of .services, into the namespace {NAMESPACE}", self._write_secrets)
        self._step("application", "delay-kind, which follows Git", lambda: self._apply_applications(source))

    def _step(self, name: str, text: str, run: Callable[[], None]) -> None:
        self.print_line(f"{name}: {text}")
        run()

    def _compose(self, *arguments: str) -> str:
        file = str(K8S.parent / "infra" / "compose.yaml")
        return _output("docker", "compose", "--file", file, *arguments, variables=self.folder.prepare())

    def _start_services(self) -> None:
        self._compose("up", "--detach", "--wait", "--wait-timeout", "900", "tables", *SERVICES)
        self._compose("build", *IMAGES)
        client = create_client(_S3_URL, "s3")
        for bucket in BUCKETS:
            client.create_bucket(Bucket=bucket)

    def _connect_services(self) -> None:
        for service, name in SERVICES.items():
            [container] = self._compose("ps", "--quiet", service).split()
            networks = json.loads(
                _output("docker", "inspect", "--format", "{{json .NetworkSettings.Networks}}", container)
            )
            if "kind" not in networks:
                _run("docker", "network", "connect", "--alias", name, "kind", container)

    def _install_argo_cd(self) -> None:
        apply_options = ("--server-side", "--force-conflicts", "--kustomize", str(K8S / "argocd" / "kind"))
        kubectl("apply", *apply_options)
        for workload in (
            "statefulset/argocd-application-controller",
            "deployment/argocd-repo-server",
            "deployment/argocd-server",
        ):
            kubectl("--namespace", "argocd", "rollout", "status", workload, f"--timeout={WAIT_SECONDS}s")

    def _write_secrets(self) -> None:
        kubectl("apply", "--filename", str(K8S / "platform" / "namespace.yaml"))
        kubectl("apply", "--filename", "-", text=yaml.safe_dump_all(secret_objects(self.folder)))

    def _apply_applications(self, source: Source) -> None:
        files = (K8S / "argocd" / "project.yaml", K8S / "argocd" / "applications" / "kind.yaml")
        objects = [redirect(yaml.safe_load(file.read_text("utf-8")), source) for file in files]
        kubectl("apply", "--filename", "-", text=yaml.safe_dump_all(objects))


def require_tools() -> None:
    """Raises StoreError with every program that is missing, and where to get it."""
    missing = [f"{name}: {_INSTALL[name]}" for name in _INSTALL if shutil.which(name) is None]
    if missing:
        raise StoreError(
            "a cluster on this machine needs these programs on the PATH:\n  "
            + "\n  ".join(missing)
            + "\nWithout them, `make test-k8s` still checks the manifests."
        )
    if problem := engine_problem():
        raise StoreError(f"{problem}: start Docker, then repeat the command")


def redirect(content: dict[str, Any], source: Source) -> dict[str, Any]:
    """A project or an application of Argo CD with another repository or branch."""
    spec = content["spec"]
    if content["kind"] == "AppProject" and source.repository:
        spec["sourceRepos"] = [source.repository]
    if content["kind"] == "Application":
        spec["source"]["repoURL"] = source.repository or spec["source"]["repoURL"]
        spec["source"]["targetRevision"] = source.revision or spec["source"]["targetRevision"]
    return content


def secret_objects(folder: ComposeFolder) -> list[dict[str, object]]:
    """The secrets that the pods mount, from the files of compose."""
    urls = {
        key: folder.read(f"delay_{key.replace('-', '_')}")
        for key in ("serving-db", "serving-owner-db", "operator-db", "monitoring-db", "monitoring-owner-db")
    }
    urls |= {
        "serving-monitoring-db": folder.database_url("serving", "monitoring"),
        "monitoring-serving-db": folder.database_url("monitoring", "serving"),
        "recalibration-db": folder.database_url("serving", "recalibration"),
    }
    secrets = {
        "delay-database": urls,
        "delay-api-keys": {"api-keys": (folder.secrets / "api_keys").read_text("utf-8")},
        "delay-ui": {"api-key": folder.read("api_key_ui")},
        "delay-metrics": {"api-key": folder.read("api_key_prometheus")},
    }
    return [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": NAMESPACE},
            "stringData": values,
        }
        for name, values in secrets.items()
    ]


def argo_cd_password() -> str:
    """The first password of the user admin. Raises StoreError."""
    path = ("--output", "jsonpath={.data.password}")
    encoded = kubectl("--namespace", "argocd", "get", "secret", "argocd-initial-admin-secret", *path)
    return base64.b64decode(encoded).decode()


def delete_cluster() -> None:
    """Delete the cluster; the services of compose stay. Raises StoreError."""
    require_tools()
    _run("kind", "delete", "cluster", "--name", NAME)


def kubectl(*arguments: str, text: str | None = None) -> str:
    """What kubectl prints for the cluster of Kind. Raises StoreError."""
    if shutil.which("kubectl") is None:
        raise StoreError(f"kubectl is not on the PATH: {_INSTALL['kubectl']}")
    return _output("kubectl", "--context", CONTEXT, *arguments, text=text)


def _run(*command: str) -> None:
    _output(*command)


def _output(*command: str, text: str | None = None, variables: Mapping[str, str] | None = None) -> str:
    ended = subprocess.run(  # noqa: S603 - programs of this machine
        command,
        input=text,
        env={**os.environ, **(variables or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise StoreError(f"`{' '.join(command[:4])} …` ended with {ended.returncode}: {ended.stderr.strip()[-2000:]}")
    return ended.stdout.strip()
