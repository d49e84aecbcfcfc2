"""Mistakes of whoever deploys, and outages at a start: each is answered in words that name what and where."""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import requests

from benchmarks.containers.pods import Pod
from benchmarks.containers.steps import PodLife
from infra.images.serving_check import give_to_user
from infra.local.mlflow_server import MlflowServer
from infra.local.waiting import wait_until
from infra.stand.part import Part, PartFailed

ANSWER_SECONDS = 60
_SMALL_DISK = "24m"


@dataclass
class Mistakes:
    """Each mistake is made with a pod of its own, which is removed afterwards."""

    life: PodLife

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def parts(self) -> list[Part]:
        """The mistakes by their names."""
        mistakes: Mapping[str, Callable[[Path], str]] = {
            "no-secret": self.no_secret,
            "wrong-alias": self.wrong_alias,
            "no-schema": self.no_schema,
            "not-migrated": self.not_migrated,
            "mlflow-away": self.mlflow_away,
            "disk-full": self.disk_full,
        }
        return [Part(name, partial(_in_folder, mistake)) for name, mistake in mistakes.items()]

    def no_secret(self, folder: Path) -> str:
        """A key that the secret does not have."""
        secrets = self.life.services.copy_secrets(f"{folder.name}-no-secret")
        (secrets / "serving-db").unlink()
        with self._pod(secrets=secrets) as pod:
            return self._end_of(pod, "DELAY_SERVING_DB_FILE", "/run/secrets/delay/serving-db")

    def no_schema(self, _folder: Path) -> str:
        """A schema that the image does not have."""
        with self._pod(lambda spec: spec["containers"][0]["args"].extend(["--schema", "own_table"])) as pod:
            return self._end_of(pod, "own_table", "smart_logistics")

    def wrong_alias(self, _folder: Path) -> str:
        """An alias that no version has: alive, not ready, and why."""
        with self._pod(_variable("MODEL_ALIAS", "productoin")) as pod:
            return self._reason_of(pod, "productoin")

    def not_migrated(self, folder: Path) -> str:
        """A database without the tables."""
        secrets = self.life.services.copy_secrets(f"{folder.name}-not-migrated")
        url = self.life.services.postgres.url("mlflow", "mlflow").replace("127.0.0.1", "postgres")
        (secrets / "serving-db").write_text(url, "utf-8")
        with self._pod(secrets=secrets) as pod:
            pod.wait_until_ready()  # the outbox takes its rows
            return self._reason_of(pod, "has no tables yet", ready=True)

    def mlflow_away(self, _folder: Path) -> str:
        """MLflow does not answer when the pod starts; the pod becomes ready without help when it does."""
        services = self.life.services
        services.mlflow.stop()
        try:
            with self._pod() as pod:
                reason = self._reason_of(pod, "MLflow is unavailable")
                self._restart_mlflow()
                pod.wait_until_ready()
        finally:
            self._restart_mlflow()
        return f"{reason}; ready when it was back"

    def disk_full(self, folder: Path) -> str:
        """The disk of the outbox is full while PostgreSQL is away: 503, and nothing that was acknowledged is lost."""
        postgres = self.life.services.postgres
        with _small_disk(folder / "disk") as disk, self._pod(volumes={"data": disk}) as pod:
            pod.wait_until_ready()
            postgres.stop(immediate=True)
            try:
                free = disk / "filler"
                subprocess.run(["dd", "if=/dev/zero", f"of={free}", "bs=64k"], capture_output=True, check=False)  # noqa: S603, S607 - coreutils; it ends when the disk is full
                refusal = wait_until(lambda: self._refusal(pod), ANSWER_SECONDS, pod.log)
            finally:
                postgres.restart()
            free.unlink()
            wait_until(lambda: not self._refusal(pod), ANSWER_SECONDS, pod.log)
        return refusal

    def _refusal(self, pod: Pod) -> str | None:
        response = requests.post(
            f"http://127.0.0.1:{pod.port}/predict",
            json={"data": self.life.records[0]},
            headers=dict(self.life.services.headers),
            timeout=30,
        )
        if response.ok:
            return None
        if response.status_code != requests.codes.service_unavailable or "is its disk full" not in pod.log():
            raise PartFailed(f"a full disk is answered by {response.status_code}: {response.text}\n{pod.log()}")
        return f"503: {response.json()['detail']}"

    def _restart_mlflow(self) -> None:
        services = self.life.services
        url = services.postgres.url("mlflow", "mlflow")
        services.mlflow = MlflowServer.start(
            services.mlflow.folder, url, port=services.mlflow.port, allowed_hosts=["mlflow"]
        )

    @contextmanager
    def _pod(
        self,
        change: Callable[[dict[str, Any]], None] = lambda _: None,
        secrets: Path | None = None,
        volumes: Mapping[str, Path] | None = None,
    ) -> Iterator[Pod]:
        number = next(self._numbers)
        deployment = self.life.manifests["Deployment/delay-api"]
        pod = self.life.maker.start(
            f"mistake-{number}", deployment, secrets or self.life.services.secrets, 8100 + number, change, volumes
        )
        try:
            yield pod
        finally:
            pod.remove()

    def _end_of(self, pod: Pod, *words: str) -> str:
        """The last line of a pod that ends, which has these words."""
        wait_until(lambda: pod.exit_code() != 0, ANSWER_SECONDS, pod.log)
        line = pod.log().splitlines()[-1]
        if missing := [word for word in words if word not in pod.log()]:
            raise PartFailed(f"the log does not name {missing}:\n{pod.log()}")
        return line

    def _reason_of(self, pod: Pod, word: str, *, ready: bool = False) -> str:
        """What a pod that runs says in its health or its log, with this word; it is ready or not, as stated."""

        def text() -> str | None:
            try:
                answer = requests.get(f"http://127.0.0.1:{pod.port}/health/ready", timeout=30)
            except requests.RequestException:
                return None
            lines = (answer.text + pod.log()).replace('"', "\n").splitlines()
            return next((line.strip() for line in lines if word in line), None) if answer.ok is ready else None

        return wait_until(text, ANSWER_SECONDS, lambda: f"{pod.health()} {pod.log()}")


def _variable(name: str, value: str) -> Callable[[dict[str, Any]], None]:
    """A change of one environment variable."""

    def change(spec: dict[str, Any]) -> None:
        variables = spec["containers"][0]["env"]
        variables[:] = [*(each for each in variables if each["name"] != name), {"name": name, "value": value}]

    return change


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SMALL_DISK},mode=0755", "tmpfs", str(folder)], check=True)  # noqa: S603, S607 - mount of this machine
    give_to_user(folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607 - umount of this machine


def _in_folder(mistake: Callable[[Path], str], folder: Path) -> str:
    return mistake(folder)
