"""The pods that podman plays are those that kustomize rendered, and clients find the pods that are ready."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from benchmarks.containers import pods
from benchmarks.containers.pods import PodMaker
from benchmarks.containers.traffic import Endpoints, require_every_answer
from benchmarks.load_clients import Window
from infra.kubernetes.manifest import Manifest
from infra.stand.part import PartFailed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def played(kind_overlay, tmp_path, monkeypatch):
    """The spec as rendered, and as podman gets it."""
    monkeypatch.setattr(pods, "run", lambda *_: "")
    [deployment] = [manifest for manifest in kind_overlay if manifest.title == "Deployment/delay-api"]
    settings = Manifest({"kind": "ConfigMap"})
    PodMaker(tmp_path, settings).start("api-2", deployment, tmp_path / "secrets", port=8001)
    return deployment.pod_spec, yaml.safe_load((tmp_path / "api-2.yaml").read_text())["spec"]


def test_a_played_pod__keeps_security_limits_and_settings(played):
    rendered, spec = played
    [before], [after] = rendered["containers"], spec["containers"]
    assert spec["securityContext"] == rendered["securityContext"]
    for field in ("image", "env", "envFrom", "resources", "securityContext"):
        assert after[field] == before[field]
    assert [mount["mountPath"] for mount in after["volumeMounts"]] == [m["mountPath"] for m in before["volumeMounts"]]


def test_a_played_pod__has_a_port_and_volumes_of_its_own(played):
    _, spec = played
    [container] = spec["containers"]
    assert container["args"][-1] == "8001"
    names = {volume["name"] for volume in spec["volumes"]}
    assert names == {mount["name"] for mount in container["volumeMounts"]} == {"api-2-data", "api-2-tmp", "secrets"}


class FakePod:
    def __init__(self, port, *, ready):
        self.port, self.ready = port, ready

    def is_ready(self):
        return self.ready


def test_endpoints__are_the_ready_pods():
    old, new = FakePod(1, ready=True), FakePod(2, ready=False)
    endpoints = Endpoints([old, new])
    with endpoints.followed():
        assert endpoints.ports == [1]
        old.ready, new.ready = False, True
        endpoints._probe()
        assert endpoints.ports == [2]


def test_endpoints__keep_the_last_pod_where_none_is_ready():
    pod = FakePod(1, ready=True)
    endpoints = Endpoints([pod])
    endpoints._probe()
    pod.ready = False
    endpoints._probe()
    assert endpoints.ports == [1]


def test_an_unanswered_request__fails_a_step():
    window = Window()
    require_every_answer(window)
    window.broken["ConnectionResetError"] += 1
    with pytest.raises(PartFailed, match="ConnectionResetError"):
        require_every_answer(window)


def test_another_user_than_root__is_told_why():
    module = "benchmarks.containers"
    code = f"import os, runpy; os.geteuid = lambda: 1000; runpy.run_module('{module}', run_name='__main__')"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, "needs the user root" in result.stderr) == (1, True)
