"""A synchronization of a namespace with a working copy, as Argo CD does it: checked first, in waves, pruned last."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import yaml

from infra.kubernetes.manifest import Manifest
from infra.kubernetes.rehearsal.api_server import ApiServer
from infra.kubernetes.rehearsal.conversion import Conversion
from infra.kubernetes.rehearsal.working_copy import NAMESPACE, WorkingCopy
from infra.stand.part import PartFailed

MANAGER = "delay-rehearsal"
JOB_SECONDS = 600
_APPLY = ("apply", "--server-side", "--force-conflicts", "--field-manager", MANAGER, "--filename", "-")
_PARENT = "delay-rehearsal"
"""The config map that lists what was applied, so that kubectl can prune the rest."""


@dataclass(frozen=True)
class Synchronization:
    """`before_job_ends` is called while the job of a wave runs, once for each job."""

    server: ApiServer
    copy: WorkingCopy
    conversion: Conversion
    before_job_ends: list[Callable[[], None]] = field(default_factory=list)

    def run(self) -> list[Manifest]:
        """Apply what the last commit renders; returns the objects. Raises PartFailed, also if a job fails."""
        manifests = self.conversion.convert(self.copy.render())
        spaces = [manifest for manifest in manifests if manifest.kind == "Namespace"]
        others = [manifest for manifest in manifests if manifest.kind != "Namespace"]
        self._apply(spaces)
        self._apply(_without_hooks(others), "--dry-run=server")
        for _, wave in groupby(sorted(others, key=_wave), key=_wave):
            self._apply_wave(list(wave))
        self._prune(_without_hooks(others))
        return manifests

    def _apply_wave(self, wave: Sequence[Manifest]) -> None:
        jobs = [manifest for manifest in wave if manifest.kind == "Job"]
        self._apply(_without_hooks(wave))
        for job in jobs:
            self.server.kubectl("delete", "job", job.name, "--namespace", NAMESPACE, "--ignore-not-found")
            self._apply([job])
            for call in self.before_job_ends:
                call()
            self._wait_for_job(job)
        if self.server.has_nodes:
            for manifest in wave:
                if manifest.kind in ("Deployment", "StatefulSet"):
                    resource = f"{manifest.kind.lower()}/{manifest.name}"
                    timeout = f"--timeout={JOB_SECONDS}s"
                    self.server.kubectl("rollout", "status", resource, "--namespace", NAMESPACE, timeout)

    def _wait_for_job(self, job: Manifest) -> None:
        deadline = time.monotonic() + JOB_SECONDS
        while True:
            if not self.server.has_nodes:
                self._report_end(job)
            status = (self.server.get("job", job.name, NAMESPACE) or {}).get("status", {})
            conditions = {each["type"] for each in status.get("conditions", ()) if each["status"] == "True"}
            if "Complete" in conditions:
                return
            if "Failed" in conditions or time.monotonic() > deadline:
                raise PartFailed(f"{job.title} has not completed: {json.dumps(status)}")
            time.sleep(1)

    def _report_end(self, job: Manifest) -> None:
        """What a kubelet reports when a pod has ended; without controllers, also what that of jobs reports then."""
        if self.server.has_controllers:
            selected = ("--namespace", NAMESPACE, "--selector", f"job-name={job.name}", "--output", "name")
            for pod in self.server.kubectl("get", "pods", *selected).split():
                self._patch_status(pod, {"phase": "Succeeded"})
            return
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        conditions = [{"type": name, "status": "True"} for name in ("SuccessCriteriaMet", "Complete")]
        status = {"startTime": now, "completionTime": now, "succeeded": 1, "conditions": conditions}
        self._patch_status(f"job/{job.name}", status)

    def _patch_status(self, resource: str, status: Mapping[str, Any]) -> None:
        patch = ("--subresource=status", "--type=merge", "--patch", json.dumps({"status": status}))
        self.server.kubectl("patch", resource, "--namespace", NAMESPACE, *patch)

    def _apply(self, manifests: Sequence[Manifest], *options: str) -> None:
        if manifests:
            self.server.kubectl(*_APPLY, *options, text=_as_text(manifests))

    def _prune(self, manifests: Sequence[Manifest]) -> None:
        options = ("--namespace", NAMESPACE, "--prune", f"--applyset=configmaps/{_PARENT}")
        self.server.kubectl(*_APPLY, *options, text=_as_text(manifests))


def _wave(manifest: Manifest) -> int:
    annotations: Mapping[str, Any] = manifest.metadata.get("annotations") or {}
    return int(annotations.get("argocd.argoproj.io/sync-wave", 0))


def _without_hooks(manifests: Sequence[Manifest]) -> list[Manifest]:
    """Hooks are replaced at each synchronization, and are no part of what is compared and pruned."""
    return [m for m in manifests if "argocd.argoproj.io/hook" not in (m.metadata.get("annotations") or {})]


def _as_text(manifests: Sequence[Manifest]) -> str:
    return yaml.safe_dump_all([dict(manifest.content) for manifest in manifests])
