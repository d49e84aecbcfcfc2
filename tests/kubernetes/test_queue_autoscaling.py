"""The component that scales by waiting shipments: what it adds to production, and when it adds replicas."""

from copy import deepcopy

import pytest

from entrypoints.api.observability.prometheus import ApiMetrics
from entrypoints.settings.api import ApiSettings
from support.exported_metrics import exported_names

AUTOSCALER = "HorizontalPodAutoscaler/delay-api"


@pytest.fixture
def pod_metric(queue_autoscaling):
    """The metric of pods that the autoscaler reads."""
    [autoscaler] = [manifest for manifest in queue_autoscaling if manifest.title == AUTOSCALER]
    [metric] = [metric["pods"] for metric in autoscaler.spec["metrics"] if metric["type"] == "Pods"]
    return metric


def test_the_component__adds_a_metric_beside_the_processor_and_changes_nothing_else(production, queue_autoscaling):
    before = {manifest.title: manifest.content for manifest in production}
    after = {manifest.title: deepcopy(dict(manifest.content)) for manifest in queue_autoscaling}
    assert after[AUTOSCALER]["spec"]["metrics"].pop()["type"] == "Pods"
    assert after == before


def test_the_metric__is_one_that_the_api_exports(pod_metric):
    assert pod_metric["metric"]["name"] in exported_names(ApiMetrics(multiple_processes=False))


def test_replicas__are_added_before_the_api_refuses_requests(pod_metric):
    assert int(pod_metric["target"]["averageValue"]) < ApiSettings().queue_limit
