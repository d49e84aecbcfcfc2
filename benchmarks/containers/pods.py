"""Pods as podman plays them: what kustomize rendered, except what podman 4.3 or one machine cannot do."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from infra.images.podman import run
from infra.kubernetes.manifest import Manifest
from infra.local.waiting import http_json, http_status, wait_until

READY_SECONDS = 120
SECRETS_PATH = "/run/secrets/delay"
_CONFIGURATION = """
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
base_hosts_file = "{hosts}"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""


@dataclass(frozen=True)
class Pod:
    """A pod that was started. Its container has the memory and processor limits of the manifest."""

    name: str
    port: int

    @property
    def container(self) -> str:
        """The name of its only container."""
        return f"{self.name}-{self.name.partition('-')[0]}"

    def is_ready(self) -> bool:
        """What the readiness probe asks."""
        return http_status(self.port, "/health/ready") == 200

    def wait_until_ready(self, seconds: float = READY_SECONDS) -> None:
        """Raises TimeoutError with the health and the log."""
        wait_until(self.is_ready, seconds, lambda: f"{self.name} is not ready: {self.health()}\n{self.log()}")

    def health(self) -> Mapping[str, Any] | None:
        """The answer of /health; None without one."""
        return http_json(self.port, "/health")

    def log(self) -> str:
        """The last lines of its output, both streams."""
        command = ("podman", "logs", "--tail", "15", self.container)
        ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - podman of the distribution
        return (ended.stdout + ended.stderr).strip()

    def stop(self, grace_seconds: int) -> int:
        """What the kubelet does at the end of a pod: SIGTERM, then SIGKILL after the grace period; the exit code."""
        run("podman", "stop", "--time", str(grace_seconds), self.container)
        return self.exit_code()

    def exit_code(self) -> int:
        """The exit code of its container; 0 while it runs."""
        return int(run("podman", "inspect", "--format", "{{.State.ExitCode}}", self.container))

    def kill_parent(self) -> None:
        """SIGKILL to the first process of the container, as the kernel does when memory is short."""
        pid = run("podman", "inspect", "--format", "{{.State.Pid}}", self.container)
        os.kill(int(pid), signal.SIGKILL)
        # podman stops the rest of the pod, some time after: what is started before would be stopped, too.
        wait_until(lambda: self._state() == "Exited", READY_SECONDS, self._state)

    def _state(self) -> str:
        return run("podman", "pod", "inspect", "--format", "{{.State}}", self.name)

    def restart(self) -> None:
        """Start its container again, with the volumes it had."""
        run("podman", "pod", "start", self.name)

    def remove(self) -> None:
        """Remove the pod; its volumes stay."""
        run("podman", "pod", "rm", "--force", self.name)


@dataclass(frozen=True)
class PodMaker:
    """`folder` gets the files that podman plays; `secrets` are mounted as the secrets of the manifest are."""

    folder: Path
    settings: Manifest

    def start(
        self,
        name: str,
        manifest: Manifest,
        secrets: Path,
        port: int = 8000,
        change: Callable[[dict[str, Any]], None] = lambda _: None,
        volumes: Mapping[str, Path] | None = None,
    ) -> Pod:
        """Start the pod of a workload; `change` edits its spec before. Raises ImageError."""
        spec = deepcopy(dict(manifest.pod_spec))
        change(spec)
        self._adapt(spec, name, secrets, port, volumes or {})
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
        files = {self.folder / f"{name}.yaml": pod, self.folder / "settings.yaml": dict(self.settings.content)}
        for path, content in files.items():
            path.write_text(yaml.safe_dump(content), "utf-8")
        played, settings = files
        run("podman", "kube", "play", "--configmap", str(settings), str(played))
        return Pod(name, port)

    def _adapt(self, spec: dict[str, Any], name: str, secrets: Path, port: int, folders: Mapping[str, Path]) -> None:
        """The network of the host; volumes of one pod alone; this benchmark sends the probes."""
        spec["hostNetwork"] = True
        spec["restartPolicy"] = "Never"  # the rehearsal restarts it itself
        names = {}
        for volume in spec["volumes"]:
            original = volume["name"]
            if "secret" in volume or "projected" in volume:
                volume.clear()
                volume.update(name="secrets", hostPath={"path": str(secrets), "type": "Directory"})
            elif original in folders:
                volume.clear()
                volume.update(name=original, hostPath={"path": str(folders[original]), "type": "Directory"})
            else:  # podman has one volume of a name for all pods
                volume["name"] = names[original] = f"{name}-{original}"
        [container] = spec["containers"]
        container["name"] = name.partition("-")[0]
        container["args"] = [part.replace("8000", str(port)) for part in container["args"]]
        for mount in container["volumeMounts"]:
            mount["name"] = names.get(mount["name"], mount["name"])
        for field in ("ports", "startupProbe", "readinessProbe", "livenessProbe"):
            container.pop(field, None)


def configure_podman(folder: Path, hosts: Mapping[str, str]) -> None:
    """Let podman of this process use runc, limits that it may set, and these names of addresses.

    crun of Debian 12 refuses its control groups.
    """
    names = folder / "hosts"
    names.write_text("".join(f"{address} {host}\n" for host, address in {"localhost": "127.0.0.1", **hosts}.items()))
    path = folder / "containers.conf"
    path.write_text(_CONFIGURATION.format(hosts=names), "utf-8")
    os.environ["CONTAINERS_CONF"] = str(path)


def remove_all(names: Sequence[str]) -> None:
    """Remove these pods and their volumes, if they exist."""
    listed = json.loads(run("podman", "pod", "ls", "--format", "json") or "[]")
    for pod in listed or ():
        if pod["Name"] in names:
            run("podman", "pod", "rm", "--force", pod["Name"])
    volumes = run("podman", "volume", "ls", "--quiet").split()
    for volume in volumes:
        if volume.rpartition("-")[0] in names:
            run("podman", "volume", "rm", "--force", volume)
