"""The API server that the rehearsal runs against."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.kubernetes.kubectl import find_kubectl
from infra.stand.part import PartFailed

COMMAND_SECONDS = 300


class Refused(PartFailed):
    """The API server refused a request; the message is kubectl's."""


@dataclass(frozen=True)
class ApiServer:
    """Requests by kubectl, with this file of addresses and credentials."""

    kubeconfig: Path

    def kubectl(self, *arguments: str, text: str | None = None) -> str:
        """What kubectl prints. Raises Refused."""
        try:
            ended = subprocess.run(  # noqa: S603 - kubectl of this machine or project
                [find_kubectl(), "--kubeconfig", str(self.kubeconfig), *arguments],
                input=text,
                env={**os.environ, "KUBECTL_APPLYSET": "true"},
                capture_output=True,
                text=True,
                timeout=COMMAND_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Refused(f"`kubectl {' '.join(arguments[:3])}` did not end within {COMMAND_SECONDS} s") from error
        if ended.returncode != 0:
            raise Refused(f"`kubectl {' '.join(arguments[:3])}` ended with {ended.returncode}: {ended.stderr.strip()}")
        return ended.stdout

    def get(self, kind: str, name: str, namespace: str) -> Mapping[str, Any] | None:
        """The object as it is now; None if there is none."""
        text = self.kubectl("get", kind, name, "--namespace", namespace, "--ignore-not-found", "--output", "json")
        content: Mapping[str, Any] | None = json.loads(text) if text.strip() else None
        return content

    @cached_property
    def release(self) -> str:
        """Its version, such as v1.32.4."""
        return str(json.loads(self.kubectl("version", "--output", "json"))["serverVersion"]["gitVersion"])

    @cached_property
    def api_versions(self) -> frozenset[str]:
        """The versions of APIs that it serves, such as autoscaling/v2."""
        return frozenset(self.kubectl("api-versions").split())

    @cached_property
    def definitions(self) -> Mapping[str, Any]:
        """The schemas of its objects, by name."""
        definitions: Mapping[str, Any] = json.loads(self.kubectl("get", "--raw", "/openapi/v2"))["definitions"]
        return definitions

    @cached_property
    def has_nodes(self) -> bool:
        """Whether pods run; without nodes, the rehearsal reports the end of jobs itself."""
        return bool(self.kubectl("get", "nodes", "--output", "name").strip())

    @cached_property
    def has_controllers(self) -> bool:
        """Whether controllers work: one of them gives each namespace a service account."""
        return bool(self.get("serviceaccount", "default", "default"))
