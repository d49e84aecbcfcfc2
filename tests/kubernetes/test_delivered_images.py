"""The commit of continuous delivery gives every pod of production the images of the commit that CI passed."""

import shutil
import subprocess
from pathlib import Path

from infra.cd.__main__ import KUSTOMIZATION
from infra.cd.delivery import IMAGE_INPUTS, deploy_tag
from infra.cd.git import GitRepository
from infra.kubernetes.manifest import render, with_pods

ROOT = Path(__file__).parents[2]
AUTHOR = ("-c", "user.name=Ada", "-c", "user.email=ada@localhost")


def git(folder, *arguments):
    command = ["git", "-C", str(folder), *AUTHOR, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def pod_images(overlay):
    return {container["image"] for manifest in with_pods(render(overlay)) for container in manifest.containers}


def test_delivered_images__are_those_of_every_pod_in_production_and_of_none_in_kind(tmp_path):
    shutil.copytree(ROOT / "k8s", tmp_path / "k8s")
    (tmp_path / IMAGE_INPUTS[0]).mkdir()
    (tmp_path / IMAGE_INPUTS[0] / "model.py").write_text("1")
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "Sources")
    kind = pod_images(tmp_path / "k8s/overlays/kind")

    tags = [deploy_tag(GitRepository(tmp_path), "HEAD", [tmp_path / KUSTOMIZATION]) for _ in range(2)]

    revision = git(tmp_path, "rev-parse", "HEAD~1")
    assert tags == [revision, None]
    assert git(tmp_path, "rev-list", "--count", "HEAD") == "2"
    assert pod_images(tmp_path / KUSTOMIZATION.parent) == {
        f"ghcr.io/delay-core/delay-{name}:{revision}" for name in ("api", "ui", "train")
    }
    assert pod_images(tmp_path / "k8s/overlays/kind") == kind
