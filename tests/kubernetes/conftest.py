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
OPTIONAL_COMPONENTS = ("recalibration-cronjob", "queue-autoscaling")
"""Components that no overlay has; docs/kubernetes.md has the lines that add each to that of production."""
OVERLAYS = ("kind", "production", *(f"production with {component}" for component in OPTIONAL_COMPONENTS))


@cache
def rendered(overlay):
    name, _, component = overlay.partition(" with ")
    return render_production_with(component) if component else render(K8S / "overlays" / name)


def render_production_with(component):
    """The overlay of production with what docs/kubernetes.md adds to it for this component."""
    additions = re.findall(r"```yaml\n(components:.*?)```", (ROOT / "docs" / "kubernetes.md").read_text(), re.DOTALL)
    [addition] = [text for text in additions if f"components/{component}\n" in text]
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
def rendered_components():
    """The names of the components that `OVERLAYS` have."""
    files = (K8S / "overlays").glob("*/kustomization.yaml")
    paths = [path for file in files for path in yaml.safe_load(file.read_text()).get("components", ())]
    return {*OPTIONAL_COMPONENTS, *(Path(path).name for path in paths)}


@pytest.fixture
def production():
    return rendered("production")


@pytest.fixture
def recalibrating():
    return rendered("production with recalibration-cronjob")


@pytest.fixture
def queue_autoscaling():
    return rendered("production with queue-autoscaling")


@pytest.fixture
def kind_overlay():
    return rendered("kind")
