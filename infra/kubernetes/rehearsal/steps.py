"""The steps of the rehearsal, in their order; each leaves the namespace as the last commit says."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from infra.kubernetes.manifest import Manifest
from infra.kubernetes.rehearsal.api_server import ApiServer, Refused
from infra.kubernetes.rehearsal.synchronization import Synchronization
from infra.kubernetes.rehearsal.working_copy import NAMESPACE, WorkingCopy
from infra.stand.part import Part, PartFailed

API_FILE = "apps/api-deployment.yaml"
CLAIM = "data-delay-api-0"
REPEATED_SYNCHRONIZATIONS = 5
SYNCHRONIZATIONS_AFTER_REVERT = 10
HAND_SET_REPLICAS = 2
"""The most that the autoscaler of a laptop allows: where controllers work, it would change a larger number."""


@dataclass(frozen=True)
class Rehearsal:
    """Steps get an empty folder, raise PartFailed, and return a note."""

    server: ApiServer
    copy: WorkingCopy
    synchronization: Synchronization

    def parts(self) -> list[Part]:
        """The steps by their names."""
        steps: Mapping[str, Callable[[], str]] = {
            "apply": self.apply_base,
            "drift": self.heal_drift,
            "prune": self.prune_removed_file,
            "claim": self.keep_claim,
            "alias": self.change_alias,
            "replicas": self.keep_replicas,
            "waves": self.wait_for_migration,
            "broken": self.refuse_broken_manifest,
            "revert": self.roll_back,
        }
        return [Part(name, partial(_without_folder, step)) for name, step in steps.items()]

    def apply_base(self) -> str:
        """Server-side apply of everything."""
        manifests = self.synchronization.run()
        missing = [m.title for m in manifests if m.kind != "Namespace" and not self._live(m.kind, m.name)]
        _require(not missing, f"these objects do not exist after their application: {', '.join(missing)}")
        return f"{len(manifests)} objects, server-side"

    def heal_drift(self) -> str:
        """An image that somebody changed, and a service that somebody deleted, are back."""
        image = self._api_container()["image"]
        self._by_hand("set", "image", "deployment/delay-api", "api=example.com/other:1")
        _require(self._api_container()["image"] != image, "the change by hand had no effect")
        self._by_hand("delete", "service", "delay-ui")
        self.synchronization.run()
        _require(self._api_container()["image"] == image, "the image that was changed by hand is still there")
        _require(self._live("Service", "delay-ui") is not None, "the service that was deleted by hand is not back")
        return "a changed image and a deleted service are back"

    def prune_removed_file(self) -> str:
        """What is no longer in Git is deleted."""
        self.copy.change("apps/kustomization.yaml", "  - ui-disruption-budget.yaml\n", "")
        self.synchronization.run()
        _require(self._live("PodDisruptionBudget", "delay-ui") is None, "the removed disruption budget is still there")
        self.copy.revert()
        self.synchronization.run()
        _require(self._live("PodDisruptionBudget", "delay-ui") is not None, "the disruption budget is not back")
        return "a removed file is pruned, a reverted removal comes back"

    def keep_claim(self) -> str:
        """The volume claim of a replica survives the removal of its StatefulSet."""
        self.copy.change(
            "overlays/rehearsal/kustomization.yaml",
            "kind: Kustomization\n",
            "kind: Kustomization\ncomponents: [../../components/outbox-volume]\n",
        )
        self.synchronization.run()
        _require(self._live("Deployment", "delay-api") is None, "the Deployment is not pruned")
        if self._live("PersistentVolumeClaim", CLAIM) is None:  # no controller makes it here
            self._create_claim()
        self.copy.revert()
        self.synchronization.run()
        _require(self._live("StatefulSet", "delay-api") is None, "the StatefulSet is not pruned")
        claim = self._live("PersistentVolumeClaim", CLAIM)
        _require(claim is not None and "deletionTimestamp" not in claim["metadata"], f"the claim {CLAIM} is pruned")
        return f"the StatefulSet is pruned, the claim {CLAIM} is kept"

    def change_alias(self) -> str:
        """Another alias changes the pods of the API, and nothing else."""
        before, template = self._all_specs(), self._template()
        self.copy.change(API_FILE, "{name: MODEL_ALIAS, value: production}", "{name: MODEL_ALIAS, value: staging}")
        self.synchronization.run()
        after = self._all_specs()
        changed = sorted(title for title in before.keys() | after.keys() if before.get(title) != after.get(title))
        _require(changed == ["Deployment/delay-api"], f"a changed alias changes {changed}")
        _require(template != self._template(), "a changed alias does not change the pod template")
        return f"the pod template changes, and nothing else of {len(after)} objects"

    def keep_replicas(self) -> str:
        """The number of replicas that an autoscaler sets is left alone."""
        self._by_hand("scale", "deployment/delay-api", f"--replicas={HAND_SET_REPLICAS}")
        for _ in range(REPEATED_SYNCHRONIZATIONS):
            self.synchronization.run()
        replicas = (self._live("Deployment", "delay-api") or {})["spec"]["replicas"]
        _require(replicas == HAND_SET_REPLICAS, f"{replicas} replicas after {HAND_SET_REPLICAS} were set")
        return f"{replicas} replicas after {REPEATED_SYNCHRONIZATIONS} synchronizations"

    def wait_for_migration(self) -> str:
        """At an update, too, the pods change after the migration has ended."""
        before = self._template()
        during: list[bool] = []
        self.copy.change(API_FILE, "periodSeconds: 10\n", "periodSeconds: 11\n")
        self.synchronization.before_job_ends.append(lambda: during.append(self._template() == before))
        try:
            self.synchronization.run()
        finally:
            self.synchronization.before_job_ends.clear()
        _require(during == [True], f"the pods changed before the migration had ended, or it did not run: {during}")
        _require(self._template() != before, "the pods did not change after the migration")
        self.copy.revert()
        self.synchronization.run()
        return "the pods changed after the migration had ended, at an update"

    def refuse_broken_manifest(self) -> str:
        """A manifest that the server refuses leaves everything as it is."""
        before = self._all_specs()
        self.copy.change(
            API_FILE, "          image: delay-api\n", "          image: delay-api\n          imagePullPolicy: Perhaps\n"
        )
        try:
            self.synchronization.run()
        except Refused as error:
            refusal = str(error)
        else:
            raise PartFailed("the server accepted a broken manifest")
        finally:
            self.copy.revert()
        _require(before == self._all_specs(), "a broken manifest changed something")
        _require("imagePullPolicy" in refusal, f"the refusal does not name the field: {refusal}")
        return "refused before anything was applied"

    def roll_back(self) -> str:
        """`git revert` brings the earlier alias back, and later synchronizations change nothing."""
        self.copy.revert(self.copy.last_commit_of("MODEL_ALIAS, value: staging"))
        self.synchronization.run()
        _require(self._alias() == "production", f"the alias after the revert is {self._alias()}")
        before = self._all_specs()
        for _ in range(SYNCHRONIZATIONS_AFTER_REVERT):
            self.synchronization.run()
        _require(before == self._all_specs(), "a synchronization after the revert changed something")
        return f"git revert rolls back; nothing changes in {SYNCHRONIZATIONS_AFTER_REVERT} synchronizations"

    def _by_hand(self, *arguments: str) -> None:
        self.server.kubectl("--namespace", NAMESPACE, *arguments)

    def _live(self, kind: str, name: str) -> Mapping[str, Any] | None:
        return self.server.get(kind.lower(), name, NAMESPACE)

    def _template(self) -> Mapping[str, Any]:
        template: Mapping[str, Any] = (self._live("Deployment", "delay-api") or {})["spec"]["template"]
        return template

    def _api_container(self) -> Mapping[str, Any]:
        container: Mapping[str, Any] = self._template()["spec"]["containers"][0]
        return container

    def _alias(self) -> str:
        return str(next(entry["value"] for entry in self._api_container()["env"] if entry["name"] == "MODEL_ALIAS"))

    def _all_specs(self) -> Mapping[str, Any]:
        """What is wanted of every object of the rehearsal, by title; not what controllers report."""
        kinds = sorted({m.kind.lower() for m in self._rendered() if m.kind not in ("Namespace", "Job")})
        listed = self.server.kubectl("get", ",".join(kinds), "--namespace", NAMESPACE, "--output", "json")
        return {
            f"{item['kind']}/{item['metadata']['name']}": {
                **{key: value for key, value in item.items() if key not in ("status", "metadata")},
                "labels": item["metadata"].get("labels"),
            }
            for item in json.loads(listed)["items"]
        }

    def _rendered(self) -> list[Manifest]:
        return self.synchronization.conversion.convert(self.copy.render())

    def _create_claim(self) -> None:
        [wanted] = (self._live("StatefulSet", "delay-api") or {})["spec"]["volumeClaimTemplates"]
        claim = {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": CLAIM, "namespace": NAMESPACE},
            "spec": wanted["spec"],
        }
        self.server.kubectl("create", "--filename", "-", text=json.dumps(claim))


def _without_folder(step: Callable[[], str], _folder: Path) -> str:
    return step()


def _require(condition: bool, failure: str) -> None:
    if not condition:
        raise PartFailed(failure)
