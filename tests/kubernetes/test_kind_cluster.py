"""The cluster of a laptop: what it needs, which commands it runs in which order, and what it hands to the pods."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from delay_core.errors import StoreError
from infra.compose.preparation import ComposeFolder
from infra.kubernetes import kind_cluster
from infra.kubernetes.kind_cluster import NAMESPACE, SERVICES, KindCluster, Source, redirect, secret_objects
from infra.kubernetes.manifest import with_pods

ROOT = Path(__file__).parents[2]


@pytest.fixture
def compose_folder(tmp_path):
    folder = ComposeFolder(tmp_path / "services", tmp_path / "data")
    folder.prepare()
    return folder


def run(*arguments, programs):
    """The command with these folders alone on the PATH."""
    command = [sys.executable, "-m", "infra.kubernetes", *arguments]
    return subprocess.run(command, cwd=ROOT, env={"PATH": str(programs)}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [("up",), ("down",)])
def test_missing_programs__are_all_named_with_their_sources(arguments, tmp_path):
    result = run(*arguments, programs=tmp_path)
    assert result.returncode == 1
    assert all(f"{name}: https://" in result.stderr for name in ("docker", "kind", "kubectl"))
    assert "Traceback" not in result.stderr


def test_the_password__needs_kubectl(tmp_path):
    result = run("password", programs=tmp_path)
    assert (result.returncode, "kubectl is not on the PATH" in result.stderr) == (1, True)


def test_an_engine_that_does_not_run__is_named(tmp_path):
    for name in ("docker", "kind", "kubectl"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    result = run("up", programs=tmp_path)
    assert (result.returncode, "no Docker engine answers" in result.stderr) == (1, True)


RECORDER = """#!/bin/sh
echo "$(basename "$0") $*" >> {log}
case "$(basename "$0") $1 $2" in
  "kind get clusters") cat {clusters} ;;
  "docker inspect --format") echo '{{"delay-core_delay": {{}}}}' ;;
  "docker compose --file") case "$*" in *"ps --quiet"*) echo container ;; esac ;;
esac
"""


class Recorded:
    """Programs that write down how they are called, in place of those that need Docker."""

    def __init__(self, folder):
        self.programs, self.clusters, self._log = folder / "bin", folder / "clusters", folder / "calls"
        self.clusters.touch()
        self.programs.mkdir()
        for name in ("docker", "kind", "kubectl"):
            (self.programs / name).write_text(RECORDER.format(log=self._log, clusters=self.clusters))
            (self.programs / name).chmod(0o755)

    @property
    def calls(self):
        return self._log.read_text().splitlines()


class NoStore:
    def create_bucket(self, **_):
        pass


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    programs = Recorded(tmp_path)
    monkeypatch.setenv("PATH", f"{programs.programs}:/usr/bin:/bin")
    monkeypatch.setattr(kind_cluster, "create_client", lambda *_: NoStore())
    return programs


def position(calls, words):
    [index] = [index for index, call in enumerate(calls) if words in call]
    return index


def test_steps__are_in_the_order_in_which_they_need_one_another(recorded, compose_folder):
    KindCluster(compose_folder, lambda _: None).up(Source())
    calls = recorded.calls
    order = [
        "up --detach --wait", "kind create cluster", "--alias delay-postgres kind", "kind load docker-image",
        "apply --server-side", "rollout status deployment/argocd-server", "platform/namespace.yaml",
    ]  # fmt: skip
    positions = [position(calls, words) for words in order]
    assert positions == sorted(positions)
    assert calls[-1].endswith("apply --filename -")
    assert all(call.startswith(("kubectl --context kind-delay ", "docker ", "kind ")) for call in calls)


def test_a_cluster_that_is_there__is_not_created_again(recorded, compose_folder):
    recorded.clusters.write_text("delay\n")
    KindCluster(compose_folder, lambda _: None).up(Source())
    assert not [call for call in recorded.calls if "create cluster" in call]


def test_a_step_that_fails__ends_with_its_command(recorded, compose_folder):
    (recorded.programs / "kind").write_text("#!/bin/sh\necho no space left >&2\nexit 1\n")
    with pytest.raises(StoreError, match=r"kind get clusters.*no space left"):
        KindCluster(compose_folder, lambda _: None).up(Source())


def test_names_on_the_network__are_those_that_the_overlay_resolves(kind_overlay):
    names = {m.spec["externalName"] for m in kind_overlay if m.spec.get("type") == "ExternalName"}
    assert set(SERVICES.values()) == names


def test_secrets__have_every_key_that_pods_mount(overlay, compose_folder):
    stored = {(s["metadata"]["name"], key) for s in secret_objects(compose_folder) for key in s["stringData"]}
    assert {s["metadata"]["namespace"] for s in secret_objects(compose_folder)} == {NAMESPACE}
    mounted = {(name, key) for m in with_pods(overlay) for name, keys in m.mounted_secrets.items() for key in keys}
    assert mounted
    assert mounted <= stored


def test_another_repository__is_followed_and_allowed():
    argo_cd = ROOT / "k8s" / "argocd"
    source = Source("https://example.com/fork.git", "trial")
    project, application = (
        redirect(yaml.safe_load((argo_cd / name).read_text()), source)
        for name in ("project.yaml", "applications/kind.yaml")
    )
    assert application["spec"]["source"]["repoURL"] in project["spec"]["sourceRepos"]
    assert application["spec"]["source"]["targetRevision"] == "trial"
