"""The overlays as kustomize renders them, once."""

from functools import cache
from pathlib import Path

import pytest

from infra.kubernetes.manifest import render

K8S = Path(__file__).parents[2] / "k8s"
OVERLAYS = ("kind", "production")


@cache
def rendered(overlay):
    return render(K8S / "overlays" / overlay)


@pytest.fixture(params=OVERLAYS)
def overlay(request):
    """All objects of an overlay."""
    return rendered(request.param)


@pytest.fixture
def production():
    return rendered("production")


@pytest.fixture
def kind_overlay():
    return rendered("kind")
