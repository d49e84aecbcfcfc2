"""`python -m benchmarks.containers [STEP …]`: the pods of the laptop's overlay in real containers, as root."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks.containers.loopback import enter_private_network
from benchmarks.containers.mistakes import Mistakes
from benchmarks.containers.pods import PodMaker, configure_podman, remove_all
from benchmarks.containers.services import HOSTS, started_services
from benchmarks.containers.steps import PodLife
from delay_core.errors import StoreError
from infra.images.image_build import IMAGES
from infra.images.podman import ImageError, Podman, install_programs
from infra.kubernetes.manifest import render
from infra.stand.run import run_parts

OVERLAY = Path(__file__).parents[2] / "k8s" / "overlays" / "kind"
PODS = ["migration-1", *(f"api-{number}" for number in (1, 2, 3)), *(f"mistake-{number}" for number in range(1, 7))]
PROGRAMS = {"podman": "podman", "runc": "runc", "catatonit": "catatonit", "ip": "iproute2", "unshare": "util-linux"}
BUDGET_SECONDS = 1800
NEEDED = ("migration", "models", "ready")
"""Steps without which the others cannot run."""


def main() -> int:
    """The exit status is 1 if a step fails."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.containers", description=__doc__)
    parser.add_argument("step", nargs="*", help="a step; default: all. Those that it needs run, too")
    steps = parser.parse_args().step
    out, errors = (Console(stderr=stderr, highlight=False, soft_wrap=True, markup=False) for stderr in (False, True))
    if os.geteuid() != 0:
        errors.print("podman needs the user root here: it limits processors and memory of the containers")
        return 1
    try:
        install_programs(out.print, PROGRAMS)
        manifests = {manifest.title: manifest for manifest in render(OVERLAY)}
        image = next(manifests["Deployment/delay-api"].containers)["image"]
        if not Podman().exists(image):
            errors.print(f"{image} does not exist on this machine: make images IMAGES={next(iter(IMAGES))}")
            return 1
        enter_private_network("benchmarks.containers")
        with tempfile.TemporaryDirectory(prefix="delay-containers-", ignore_cleanup_errors=True) as scratch:
            folder = Path(scratch)
            configure_podman(folder, HOSTS)
            remove_all(PODS)
            try:
                with started_services(folder) as services:
                    settings = next(m for m in manifests.values() if m.kind == "ConfigMap")
                    life = PodLife(services, PodMaker(folder, settings), manifests)
                    parts = [*life.parts(), *Mistakes(life).parts()]
                    if unknown := set(steps) - {part.name for part in parts}:
                        parser.error(f"unknown: {unknown}; the steps are {', '.join(part.name for part in parts)}")
                    needed = [part for part in parts if part.name in NEEDED]
                    others = [part for part in parts if part not in needed and (not steps or part.name in steps)]
                    return run_parts(needed, BUDGET_SECONDS) or run_parts(others, BUDGET_SECONDS)
            finally:
                remove_all(PODS)
    except (ImageError, StoreError) as error:
        errors.print(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
