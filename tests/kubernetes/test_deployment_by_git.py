"""What a commit changes, in which order Argo CD applies it, and whether the project allows it."""

import shutil
from pathlib import Path

import pytest
import yaml

from entrypoints.api.__main__ import SHUTDOWN_GRACE_SECONDS
from infra.kubernetes.manifest import parse_manifests, render, with_pods

ROOT = Path(__file__).parents[2]
K8S = ROOT / "k8s"
APPLICATIONS = sorted((K8S / "argocd" / "applications").glob("*.yaml"))


def load(path):
    [manifest] = parse_manifests(path.read_text())
    return manifest


def changed(overlay, file, old, new, folder):
    """The titles of the objects that differ, and those that exist on one side alone, after a change of a file."""
    copy = folder / "k8s"
    shutil.copytree(K8S, copy)
    path = copy / file
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    before = {manifest.title: manifest for manifest in render(K8S / "overlays" / overlay)}
    after = {manifest.title: manifest for manifest in render(copy / "overlays" / overlay)}
    both = before.keys() & after.keys()
    return {title for title in both if before[title] != after[title]}, before.keys() ^ after.keys(), before, after


def test_another_alias__changes_the_pods_of_the_api_and_nothing_else(tmp_path):
    differing, alone, before, after = changed(
        "kind", "apps/api-deployment.yaml", "value: production", "value: staging", tmp_path
    )
    assert (differing, alone) == ({"Deployment/delay-api"}, set())
    title = "Deployment/delay-api"
    assert before[title].pod != after[title].pod
    assert {**before[title].spec, "template": None} == {**after[title].spec, "template": None}


def test_another_setting__restarts_the_pods_that_read_it(tmp_path):
    differing, alone, before, _ = changed("production", "apps/settings.env", "SECONDS=5", "SECONDS=7", tmp_path)
    readers = {
        manifest.title
        for manifest in with_pods(list(before.values()))
        if any("envFrom" in container for container in manifest.containers)
    }
    assert readers == {"StatefulSet/delay-api", "CronJob/delay-monitoring", "CronJob/delay-retention"}
    assert differing == readers
    assert {title.rpartition("-")[0] for title in alone} == {"ConfigMap/delay-settings"}


def wave(manifest):
    return int((manifest.metadata.get("annotations") or {}).get("argocd.argoproj.io/sync-wave", 0))


def test_waves__what_a_migration_needs_goes_before_it_and_the_services_after(overlay):
    waves = {manifest.title: wave(manifest) for manifest in overlay}
    [migration] = [manifest for manifest in overlay if manifest.kind == "Job"]
    assert migration.metadata["annotations"]["argocd.argoproj.io/hook"] == "Sync"  # at an update, too
    needed = {title for title in waves if title.startswith(("ServiceAccount/", "ConfigMap/", "ExternalSecret/"))}
    served = {title for title in waves if title.startswith(("Deployment/", "StatefulSet/", "CronJob/"))}
    assert len(needed) >= 4
    assert len(served) >= 2
    assert max(waves[title] for title in needed) < waves[migration.title] < min(waves[title] for title in served)


def test_the_project__allows_every_kind_that_the_overlays_have_and_no_others():
    project = load(K8S / "argocd" / "project.yaml").spec
    kinds = {
        (str(manifest.content["apiVersion"]).rpartition("/")[0], manifest.kind)
        for path in APPLICATIONS
        for manifest in render(ROOT / load(path).spec["source"]["path"])
    }
    allowed = {
        (entry["group"], entry["kind"])
        for part in ("clusterResourceWhitelist", "namespaceResourceWhitelist")
        for entry in project[part]
    }
    assert allowed == kinds


@pytest.mark.parametrize("path", APPLICATIONS, ids=lambda path: path.stem)
def test_an_application__is_of_the_project_and_heals_and_prunes(path):
    application, project = load(path), load(K8S / "argocd" / "project.yaml")
    spec = application.spec
    assert spec["project"] == project.name
    assert spec["source"]["repoURL"] in project.spec["sourceRepos"]
    assert spec["destination"] in project.spec["destinations"]
    assert spec["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True, "allowEmpty": False}
    ignored = {(entry["kind"], *entry["jsonPointers"]) for entry in spec["ignoreDifferences"]}
    [autoscaler] = [m for m in render(ROOT / spec["source"]["path"]) if m.kind == "HorizontalPodAutoscaler"]
    assert (autoscaler.spec["scaleTargetRef"]["kind"], "/spec/replicas") in ignored
    assert "RespectIgnoreDifferences=true" in spec["syncPolicy"]["syncOptions"]


READ_BY_PROMETHEUS = {("delay-metrics", "api-key")}


@pytest.mark.parametrize("overlay", ["production", "recalibrating"])
def test_secrets__come_from_the_store_with_the_keys_that_are_read(request, overlay):
    """One key that the store lacks leaves the whole secret as it was: an overlay names none that it does not need."""
    manifests = request.getfixturevalue(overlay)
    stored = {
        (manifest.name, entry["secretKey"])
        for manifest in manifests
        if manifest.kind == "ExternalSecret"
        for entry in manifest.spec["data"]
    }
    mounted = {
        (name, key)
        for manifest in with_pods(manifests)
        for name, keys in manifest.mounted_secrets.items()
        for key in keys
    }
    assert len(mounted) >= 6
    assert mounted | READ_BY_PROMETHEUS == stored


def test_the_time_to_end__covers_drain_and_running_requests(overlay):
    [api] = [m for m in overlay if m.name == "delay-api" and m.kind in ("Deployment", "StatefulSet")]
    [settings] = [m for m in overlay if m.kind == "ConfigMap"]
    drain = float(settings.content["data"]["DELAY_API__DRAIN_SECONDS"])
    readiness = next(api.containers)["readinessProbe"]
    assert drain >= 2 * readiness["periodSeconds"] * readiness["failureThreshold"]
    assert api.pod_spec["terminationGracePeriodSeconds"] > drain + SHUTDOWN_GRACE_SECONDS


def test_the_alerts_of_the_cluster__are_those_of_prometheus(production):
    [rules] = [manifest for manifest in production if manifest.kind == "PrometheusRule"]
    alerts = yaml.safe_load((ROOT / "infra/prometheus/alerts.yml").read_text())
    assert rules.spec == {"groups": alerts["groups"]}, "copy the groups of infra/prometheus/alerts.yml"
