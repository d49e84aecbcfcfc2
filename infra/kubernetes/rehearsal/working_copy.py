"""A Git repository with a copy of k8s/, in which the rehearsal commits its changes."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import yaml

from infra.kubernetes.manifest import Manifest, render
from infra.stand.part import PartFailed

K8S = Path(__file__).parents[3] / "k8s"
NAMESPACE = "delay-rehearsal"
_OVERLAY = {
    "apiVersion": "kustomize.config.k8s.io/v1beta1",
    "kind": "Kustomization",
    "namespace": NAMESPACE,
    "resources": ["../kind"],
    "patches": [
        {
            "target": {"kind": "Namespace"},
            "patch": yaml.safe_dump([{"op": "replace", "path": "/metadata/name", "value": NAMESPACE}]),
        },
        {
            # Ports of nodes belong to the whole cluster, which may use them already.
            "target": {"kind": "Service", "name": ".*-local"},
            "patch": yaml.safe_dump(
                [
                    {"op": "replace", "path": "/spec/type", "value": "ClusterIP"},
                    {"op": "remove", "path": "/spec/ports/0/nodePort"},
                ]
            ),
        },
    ],
}


@dataclass(frozen=True)
class WorkingCopy:
    """The folder has k8s/ and an overlay of the rehearsal: that of a laptop, in a namespace of its own."""

    folder: Path

    @classmethod
    def create(cls, folder: Path) -> "WorkingCopy":
        """Copy the manifests and commit them."""
        copy = cls(folder)
        shutil.copytree(K8S, folder / "k8s")
        overlay = folder / "k8s" / "overlays" / "rehearsal"
        overlay.mkdir()
        (overlay / "kustomization.yaml").write_text(yaml.safe_dump(_OVERLAY), "utf-8")
        copy._git("init", "--quiet", "--initial-branch", "main")
        copy._commit("The manifests")
        return copy

    def change(self, file: str, old: str, new: str) -> None:
        """Commit a change of one place in a file. Raises PartFailed if the file does not have it exactly once."""
        path = self.folder / "k8s" / file
        text = path.read_text("utf-8")
        if text.count(old) != 1:
            raise PartFailed(f"k8s/{file} has {old!r} {text.count(old)} times; the rehearsal changes it once")
        path.write_text(text.replace(old, new), "utf-8")
        self._commit(f"{file}: {new.strip()}")

    def revert(self, commit: str = "HEAD") -> None:
        """Commit the opposite of a commit, by default of the last one."""
        self._git("revert", "--no-edit", commit)

    def last_commit_of(self, text: str) -> str:
        """The last commit that added or removed this text."""
        return self._git("log", "-1", "--format=%H", f"-S{text}").strip()

    def render(self) -> list[Manifest]:
        """The objects of the overlay at the last commit. Raises RenderingFailed."""
        return render(self.folder / "k8s" / "overlays" / "rehearsal")

    def _commit(self, message: str) -> None:
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message", message)

    def _git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=rehearsal", "-c", "user.email=rehearsal@localhost", "-c", "commit.gpgsign=false")
        command = ["git", "-C", str(self.folder), *identity, *arguments]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - git of this machine
        if ended.returncode != 0:
            raise PartFailed(f"`git {arguments[0]}` ended with {ended.returncode}: {ended.stderr.strip()}")
        return ended.stdout
