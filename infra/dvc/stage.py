"""`python -m infra.dvc.stage NAME …`: a stage of DVC, which runs `delay` and copies the files that it stored."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from delay_core.artifacts import INGESTED, PREPROCESSED, TRAINED
from delay_core.errors import DelayError

VERSIONED = Path("versioned")
METRICS = VERSIONED / "metrics.json"


def main() -> int:
    """Run the stage; the exit status is 1 if it fails."""
    options = _parser().parse_args()
    try:
        if options.stage == "evaluate":
            write_metrics()
        else:
            settings = {"DELAY_TRIALS": options.trials, "DELAY_SEED": options.seed}
            run_step(
                STEPS[options.stage],
                ["--schema", options.schema, "--source", options.source],
                {name: value for name, value in settings.items() if value is not None},
            )
    except (StageFailed, DelayError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


class StageFailed(Exception):
    """A command of `delay` failed; it has printed why."""


@dataclass(frozen=True)
class CopiedSet:
    """A set of files of the product's store: its kind, the field of the report that has its address, its copy."""

    kind: str
    address: str
    copy: Path


@dataclass(frozen=True)
class Step:
    """A command of `delay`, and the sets of files that it stores."""

    command: str
    outputs: tuple[CopiedSet, ...]


STEPS = {
    "ingest": Step("ingest", (CopiedSet(INGESTED.kind, "address", VERSIONED / "ingested"),)),
    "preprocess": Step("preprocess", (CopiedSet(PREPROCESSED.kind, "address", VERSIONED / "prepared"),)),
    "train": Step(
        "train",
        (
            CopiedSet(TRAINED.kind, "address", VERSIONED / "trained"),
            CopiedSet("bundles", "bundle", VERSIONED / "bundle"),
        ),
    ),
}


def run_step(step: Step, options: Sequence[str], settings: Mapping[str, str]) -> None:
    """Run the command and copy its outputs; the command computes nothing that the store has already.

    Raises StageFailed, StoreError.
    """
    report = _run_delay([step.command, *options, "--json"], settings)
    for output in step.outputs:
        _copy(output, report[output.address])


def write_metrics() -> None:
    """Write the figures of the winner on the test rows as metrics of DVC."""
    report = json.loads((VERSIONED / "trained" / "report.json").read_text("utf-8"))
    figures = {"winner": report["winner"], "test": report["test"]["winner"], "baseline": report["test"]["baseline"]}
    METRICS.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def _run_delay(arguments: Sequence[str], settings: Mapping[str, str]) -> Mapping[str, Any]:
    command = [str(Path(sys.executable).with_name("delay")), *arguments]
    ended = subprocess.run(  # noqa: S603 - the product's own command
        command, env={**os.environ, **settings}, stdout=subprocess.PIPE, check=False
    )
    if ended.returncode:
        raise StageFailed(f"`delay {' '.join(arguments)}` failed with exit code {ended.returncode}")
    return dict(json.loads(ended.stdout))


def _copy(output: CopiedSet, address: str) -> None:
    from entrypoints.container import Container  # noqa: PLC0415 - a second
    from entrypoints.settings import Settings  # noqa: PLC0415

    store = Container(settings=Settings()).storage.artifact_store()
    shutil.rmtree(output.copy, ignore_errors=True)
    output.copy.mkdir(parents=True)
    for name in store.names(output.kind, address):
        (output.copy / name).write_bytes(store.read(output.kind, address, name))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.dvc.stage", description=__doc__)
    parser.add_argument("stage", choices=[*STEPS, "evaluate"])
    parser.add_argument("--schema", help="a built-in schema's name, or a YAML file's path")
    parser.add_argument("--source", help="the table")
    parser.add_argument("--trials", help="maximum number of parameter sets of the search")
    parser.add_argument("--seed", help="seed of everything random in training")
    return parser


if __name__ == "__main__":
    sys.exit(main())
