"""DVC's view of the pipeline: run, pushed, cloned, pulled; an unchanged run and a clone's run execute nothing."""

import hashlib
import subprocess
import sys
from pathlib import Path

from infra.local.s3_server import S3Server
from infra.local.services import BUCKETS
from infra.stand.commands import ROOT, processor_seconds, run_command
from infra.stand.part import PartFailed
from infra.stand.tracked_tree import copy_tracked_tree

MAX_UNCHANGED_SECONDS = 4
"""Processor seconds of an unchanged run on a busy machine; 2 on a quiet one."""
_ROWS = 1000
_UP_TO_DATE = "Data and pipelines are up to date"
_OWN = ("env", "-u", "DELAY_DATA", "-u", "MLFLOW_TRACKING_URI", "-u", "PYTHONDONTWRITEBYTECODE")
"""The run writes to its own folder, not to the user's stores."""
_GIT = ("git", "-c", "user.name=stand", "-c", "user.email=stand@example.com")


def run(folder: Path) -> str:
    """The project's files in a repository of its own, with a smaller table and a shorter search."""
    project = folder / "project"
    _copy_project(project)
    _delay(project, "simulate", "--out", "data/shipments.csv", "--rows", "5000")
    digest = hashlib.md5((project / "data/shipments.csv").read_bytes(), usedforsecurity=False).hexdigest()
    if digest not in (project / "data/shipments.csv.dvc").read_text("utf-8"):
        raise PartFailed(
            f"data/shipments.csv.dvc has another digest than the table that `delay simulate` writes, {digest}"
        )
    for name in ("shipments.csv", "shipments.truth.parquet"):
        (project / "data" / name).unlink()
    _delay(project, "simulate", "--out", "data/shipments.csv", "--rows", str(_ROWS))
    _dvc(project, "add", "data/shipments.csv")
    parameters = project / "params.yaml"
    parameters.write_text(parameters.read_text("utf-8").replace("trials: 24", "trials: 1"), "utf-8")
    _commit(project)
    with S3Server.start(folder / "s3", buckets=BUCKETS) as server:
        variables = dict(server.environment)
        _run_twice_at_once(project)
        seconds = _require_unchanged(project)
        _commit(project)
        _dvc(project, "push", **variables)
        clone = folder / "clone"
        run_command("git", "clone", "--quiet", project, clone, cwd=folder)
        _dvc(clone, "pull", **variables)
    _require_unchanged(clone)
    for name in ("metrics.json", "bundle/manifest.json", "trained/report.json"):
        if (clone / "versioned" / name).read_bytes() != (project / "versioned" / name).read_bytes():
            raise PartFailed(f"versioned/{name} of the clone differs from that of the project")
    if "roc_auc" not in _dvc(clone, "metrics", "show"):
        raise PartFailed("dvc metrics show does not have the figures of the training")
    _dvc(clone, "plots", "show")
    if "calibration" not in (clone / "dvc_plots/index.html").read_text("utf-8"):
        raise PartFailed("dvc_plots/index.html does not have the plots of the training")
    return f"unchanged: {seconds:.1f} processor seconds"


def _copy_project(project: Path) -> None:
    copy_tracked_tree(project)
    (project / ".venv-dvc").symlink_to(ROOT / ".venv-dvc")
    run_command("git", "init", "--quiet", cwd=project)


def _commit(project: Path) -> None:
    run_command("git", "add", "--all", cwd=project)
    run_command(*_GIT, "commit", "--quiet", "--message", "A version", cwd=project)


def _run_twice_at_once(project: Path) -> None:
    """One of the two runs the stages, the other waits; both succeed."""
    runs = [
        subprocess.Popen(  # noqa: S603 - DVC
            [*_OWN, *_dvc_command("repro")],
            cwd=project,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [run.communicate()[0] for run in runs]
    if any(run.returncode for run in runs):
        raise PartFailed("of two `dvc repro` at once one failed:\n" + "\n".join(outputs))
    if sum("Running stage 'train'" in output for output in outputs) != 1:
        raise PartFailed("of two `dvc repro` at once not exactly one trained:\n" + "\n".join(outputs))


def _require_unchanged(project: Path) -> float:
    """Processor seconds of a run that executes nothing. Raises PartFailed if it executes something or is slow."""
    before = processor_seconds()
    output = _dvc(project, "repro")
    seconds = processor_seconds() - before
    if "Running stage" in output or _UP_TO_DATE not in output:
        raise PartFailed(f"`dvc repro` without a change executed something:\n{output}")
    if seconds > MAX_UNCHANGED_SECONDS:
        raise PartFailed(
            f"`dvc repro` without a change took {seconds:.1f} processor seconds; at most {MAX_UNCHANGED_SECONDS}"
        )
    return seconds


def _dvc(project: Path, *arguments: str, **variables: str) -> str:
    return run_command(*_OWN, *_dvc_command(*arguments), cwd=project, variables=variables)


def _dvc_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "infra.dvc", *arguments]


def _delay(project: Path, *arguments: str) -> None:
    run_command(*_OWN, Path(sys.executable).with_name("delay"), *arguments, cwd=project)
