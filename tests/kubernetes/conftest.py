"""The overlays as kustomize renders them, once."""

import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml

from infra.kubernetes.manifest import render

ROOT = Path(__file__).parents[2]
K8S = ROOT / "k8s"
RECALIBRATING = "production with recalibration"
OVERLAYS = ("kind", "production", RECALIBRATING)


@cache
def rendered(overlay):
    return render_with_recalibration() if overlay == RECALIBRATING else render(K8S / "overlays" / overlay)


def render_with_recalibration():
    """The overlay of production with what docs/kubernetes.md adds to it."""
    [addition] = re.findall(r"```yaml\n(components:.*?)```", (ROOT / "docs" / "kubernetes.md").read_text(), re.DOTALL)
    with TemporaryDirectory() as folder:
        copy = shutil.copytree(K8S, Path(folder) / "k8s")
        file = copy / "overlays" / "production" / "kustomization.yaml"
        overlay = yaml.safe_load(file.read_text())
        for field, entries in yaml.safe_load(addition).items():
            overlay[field] += entries
        file.write_text(yaml.safe_dump(overlay))
        return render(file.parent)


@pytest.fixture(params=OVERLAYS)
def overlay(request):
    """All objects of an overlay."""
    return rendered(request.param)


@pytest.fixture
def production():
    return rendered("production")


@pytest.fixture
def recalibrating():
    return rendered(RECALIBRATING)


@pytest.fixture
def kind_overlay():
    return rendered("kind")
