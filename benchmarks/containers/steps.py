"""What a pod does in its life: migration, start, another alias, a database that restarts, a rollout, a kill."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import requests

from benchmarks.containers.pods import Pod, PodMaker
from benchmarks.containers.services import Services
from benchmarks.containers.traffic import Endpoints, require_every_answer, require_logged
from benchmarks.load_clients import LoadClients
from benchmarks.serving.payloads import Record, simulate_records
from infra.images.podman import run
from infra.kubernetes.manifest import Manifest
from infra.local.waiting import wait_until
from infra.stand.part import Part, PartFailed

ROLLOUT_REQUESTS = 20_000
MAX_P99_RATIO = 3.0
CLIENTS = 8
ALIAS_SECONDS = 30
"""The API reads the alias every five seconds."""
_STEADY_REQUESTS = 5_000


@dataclass
class PodLife:
    """Each step leaves a ready pod for the next."""

    services: Services
    maker: PodMaker
    manifests: Mapping[str, Manifest]
    """By title."""
    records: Sequence[Record] = field(default_factory=lambda: simulate_records(1_000))
    pods: list[Pod] = field(default_factory=list)

    def parts(self) -> list[Part]:
        """The steps by their names."""
        steps: Mapping[str, Callable[[], str]] = {
            "migration": self.migrate,
            "models": self.train,
            "ready": self.become_ready,
            "alias": self.follow_alias,
            "database": self.survive_restart_of_database,
            "rollout": self.roll_out,
            "killed": self.survive_kill_of_parent,
        }
        return [Part(name, partial(_without_folder, step)) for name, step in steps.items()]

    def start(self, name: str, port: int, change: Callable[[dict[str, Any]], None] = lambda _: None) -> Pod:
        """Start a pod of the API."""
        pod = self.maker.start(name, self.manifests["Deployment/delay-api"], self.services.secrets, port, change)
        self.pods.append(pod)
        return pod

    def migrate(self) -> str:
        """The job creates the tables."""
        job = self.manifests["Job/delay-migration"]
        pod = self.maker.start("migration-1", job, self.services.secrets)
        run("podman", "wait", pod.container)
        if pod.exit_code() != 0:
            raise PartFailed(f"the migration ended with {pod.exit_code()}:\n{pod.log()}")
        return "the tables exist"

    def train(self) -> str:
        """Two versions, of shipments of two seeds."""
        for seed in (1, 2):
            self.services.train(seed)
        return "two versions in MLflow, their bundles in S3"

    def become_ready(self) -> str:
        """A pod becomes ready, and predicts."""
        began = time.monotonic()
        pod = self.start("api-1", 8000)
        pod.wait_until_ready()
        seconds = time.monotonic() - began
        return f"ready after {seconds:.1f} s, probability {self.predict(pod)['probability']:.3f}"

    def follow_alias(self) -> str:
        """Another version at the alias answers, without a restart."""
        pod = self.pods[0]
        before = int(self.predict(pod)["model_version"])
        other = 1 if before != 1 else 2
        self.services.set_alias(other)
        began = time.monotonic()
        wait_until(lambda: int(self.predict(pod)["model_version"]) == other, ALIAS_SECONDS, pod.log)
        return f"version {other} instead of {before} after {time.monotonic() - began:.1f} s"

    def survive_restart_of_database(self) -> str:
        """PostgreSQL restarts under load: every request is answered, every answer is logged."""
        with self.clients([self.pods[0].port], pause=0.02) as clients:
            before = clients.next_window(3)
            self.services.postgres.restart()
            after = clients.next_window(5)
        require_every_answer(before, after)
        return f"{require_logged(self.services.postgres, [before, after]):,} predictions answered and logged"

    def roll_out(self) -> str:
        """A new pod becomes ready, the old one gets SIGTERM: no request is lost, and few wait."""
        [old] = self.pods
        endpoints = Endpoints([old])
        grace = self.manifests["Deployment/delay-api"].pod_spec["terminationGracePeriodSeconds"]
        with endpoints.followed():
            with self.clients(endpoints.ports, requests=_STEADY_REQUESTS) as clients:
                steady = clients.window
            with self.clients(endpoints.ports, requests=ROLLOUT_REQUESTS) as clients:
                rollout = clients.window
                new = self.start("api-2", 8001)
                endpoints.pods.append(new)
                new.wait_until_ready()
                code = old.stop(grace)
                answered_before_end = len(rollout.answers)
        old.remove()
        self.pods.remove(old)
        if code != 0:
            raise PartFailed(f"the old pod ended with {code} after SIGTERM")
        require_every_answer(rollout)
        if answered_before_end == ROLLOUT_REQUESTS:
            raise PartFailed("the requests were answered before the old pod had ended")
        if len(rollout.answers) != ROLLOUT_REQUESTS:
            raise PartFailed(f"{len(rollout.answers):,} of {ROLLOUT_REQUESTS:,} requests were answered")
        require_logged(self.services.postgres, [steady, rollout])
        ratio = rollout.p99 / steady.p99
        if ratio > MAX_P99_RATIO:
            raise PartFailed(
                f"p99 was {rollout.p99:.1f} ms in the rollout and {steady.p99:.1f} ms before it: {ratio:.1f} times,"
                f" at most {MAX_P99_RATIO:g} is allowed"
            )
        return (
            f"{ROLLOUT_REQUESTS:,} requests answered and logged, p99 {rollout.p99:.1f} ms,"
            f" {ratio:.1f} times the steady {steady.p99:.1f} ms"
        )

    def survive_kill_of_parent(self) -> str:
        """SIGKILL to the parent of two workers while PostgreSQL is away: every acknowledged row is logged later."""
        pod = self.start("api-3", 8002, lambda spec: spec["containers"][0]["args"].extend(["--workers", "2"]))
        pod.wait_until_ready()
        clients = self.clients([pod.port])
        with clients:
            clients.next_window(3)
            self.services.postgres.stop(immediate=True)
            answered = clients.next_window(5)
            pod.kill_parent()
            self.services.postgres.restart()
            pod.restart()
            pod.wait_until_ready()
        if not answered.failures:
            raise PartFailed("no client noticed that the parent was killed")
        return f"{require_logged(self.services.postgres, [answered]):,} acknowledged predictions are logged"

    def predict(self, pod: Pod) -> Mapping[str, Any]:
        """The answer to one prediction. Raises PartFailed."""
        answer = requests.post(
            f"http://127.0.0.1:{pod.port}/predict",
            json={"data": self.records[0]},
            headers=dict(self.services.headers),
            timeout=30,
        )
        if not answer.ok:
            raise PartFailed(f"{pod.name} answers {answer.status_code}: {answer.text}")
        content: Mapping[str, Any] = answer.json()
        return content

    def clients(self, ports: Sequence[int], *, pause: float = 0, requests: int | None = None) -> LoadClients:
        """Clients with the key, which repeat requests of one shipment each."""
        headers = self.services.headers
        return LoadClients(ports, self.records, number=CLIENTS, pause=pause, requests=requests, headers=headers)


def _without_folder(step: Callable[[], str], _folder: Path) -> str:
    return step()
