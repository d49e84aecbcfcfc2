"""What the container of a CronJob of `k8s/` gets: its command, its environment, and the secrets that are mounted."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

K8S = Path(__file__).parents[2] / "k8s"


@dataclass(frozen=True)
class CronJobContainer:
    """The arguments after `delay`, and the variables, whose paths lie in a folder of this machine."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]

    @classmethod
    def create(cls, file: Path, secrets: Mapping[str, str], folder: Path) -> "CronJobContainer":
        """The container of the CronJob in a file; the folder gets the values of those secrets that it mounts."""
        manifests = yaml.safe_load_all(file.read_text("utf-8"))
        [pod] = [
            one["spec"]["jobTemplate"]["spec"]["template"]["spec"] for one in manifests if one["kind"] == "CronJob"
        ]
        [container] = pod["containers"]
        mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
        for name, path in mounts.items():
            (folder / path.lstrip("/")).mkdir(parents=True)
            [volume] = [volume for volume in pod["volumes"] if volume["name"] == name]
            for item in volume.get("secret", {}).get("items", ()):
                (folder / path.lstrip("/") / item["path"]).write_text(secrets[item["key"]])
        command, *arguments = container["args"]
        assert command == "delay"
        variables = _settings() | {entry["name"]: entry["value"] for entry in container["env"]}
        paths = tuple(mounts.values())
        return cls(
            tuple(arguments),
            {name: f"{folder}{value}" if value.startswith(paths) else value for name, value in variables.items()},
        )


def _settings() -> dict[str, str]:
    """The variables of `envFrom`."""
    lines = (K8S / "apps" / "settings.env").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
