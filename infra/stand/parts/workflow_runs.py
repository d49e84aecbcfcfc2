"""The workflows run for real, by act without Docker; a planted mistake fails them.

Each job runs in a clone of a scratch repository whose one commit is the tree as it is now. Stubs replace the pinned
actions: `checkout` clones that repository, the others do nothing. `make` uses the environment of development.
"""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from infra.stand.commands import ROOT, run_command, tool, tracked_files
from infra.stand.part import PartFailed
from infra.stand.tracked_tree import MAKE_VARIABLES, copy_tracked_tree

_AUTHOR = ("-c", "user.name=stand", "-c", "user.email=stand@localhost")
_STUB = "name: Stub\ndescription: Stub\nruns:\n  using: composite\n  steps:\n    - {shell: sh, run: %s}\n"
_CLONE = 'git clone --quiet "$STAND_ORIGIN" . && git checkout --quiet -B main "origin/main"'
_REPOSITORY = "delay-core/delay-core"
_TESTS = "tests/unit/test_values.py"
_SOURCE_TESTS = "tests/unit/test_docs.py"
"""Some of the tests, which run in a second: all of them are the work of `make test`."""


def run(folder: Path) -> str:
    """The jobs of CI that need no Docker, CD to its pushed commit, the first job of a release; and a planted mistake.

    Any entry of the matrix runs this Python, since the stub of setup-python installs none.
    """
    origin = _create_origin(folder)
    stubs = _write_stubs(folder)
    runs = _Runs(folder, origin, stubs)
    runs.job("ci.yml", "quality")
    runs.job("ci.yml", "changes")
    runs.job("ci.yml", "tests", "--matrix", "python:3.13")
    runs.job("release.yml", "build", event=_tag_event())
    _check_deployment(runs, origin)
    _plant(folder / "work", "src/delay_core/planted.py", "import os  # never used\n")
    report = runs.job("ci.yml", "quality", fails=True)
    if "planted.py" not in report:
        raise PartFailed(f"the job `quality` should name planted.py:\n{report}")
    return "4 jobs of 3 workflows passed, CD deployed once, a planted mistake failed"


def _check_deployment(runs: "_Runs", origin: Path) -> None:
    """CD commits the tag once; its second run finds it deployed."""
    source = run_command("git", "rev-parse", "main", cwd=origin).strip()
    for _ in range(2):
        runs.job("cd.yml", "deploy", event=_completed_event(source))
        subjects = run_command("git", "log", "--format=%s", f"{source}..main", cwd=origin).splitlines()
        if subjects != [f"Deploy the images of {source[:12]}"]:
            raise PartFailed(f"CD should have pushed one commit, of {source[:12]}; it pushed {subjects}")


class _Runs:
    """act with the stubs, on the scratch repository."""

    def __init__(self, folder: Path, origin: Path, stubs: Mapping[str, Path]) -> None:
        self._folder = folder
        self._command = [
            *(tool("act"), "--platform=ubuntu-24.04=-self-hosted", "--action-offline-mode", "--no-skip-checkout"),
            *("--bind", "--no-cache-server", f"--env=STAND_ORIGIN={origin}", f"--env=TESTS={_TESTS}"),
            *(f"--env=SOURCE_TESTS={_SOURCE_TESTS}", f"--env=GITHUB_REPOSITORY={_REPOSITORY}"),
            *(f"--env=MAKEFLAGS={' '.join(MAKE_VARIABLES)}", f"--env=MYPY_CACHE_DIR={_copy_types(folder)}"),
            *(f"--env={name}=" for name in ("MAKELEVEL", "MFLAGS")),
            *(f"--local-repository={action}={path}" for action, path in stubs.items()),
        ]

    def job(
        self,
        workflow: str,
        job: str,
        *options: str,
        event: Mapping[str, object] | None = None,
        fails: bool = False,
    ) -> str:
        """Run one job; what it prints. Raises PartFailed if it does not end as expected."""
        event_file = self._folder / "event.json"
        event_file.write_text(json.dumps(dict(event or {})), "utf-8")
        kind = {"cd.yml": "workflow_run"}.get(workflow, "push")
        return run_command(
            *(*self._command, kind, f"--workflows=.github/workflows/{workflow}", f"--job={job}"),
            *(f"--eventpath={event_file}", *options),
            cwd=self._folder / "work",
            variables={"XDG_CACHE_HOME": str(self._folder / "cache"), "HOME": str(self._folder)},
            expect_failure=fails,
        )


def _create_origin(folder: Path) -> Path:
    """A bare repository whose one commit holds the tracked files as they are, and a clone of it, `work`."""
    origin, work = folder / "origin", folder / "work"
    run_command("git", "init", "--quiet", "--bare", "--initial-branch=main", origin)
    run_command("git", "clone", "--quiet", origin, work)
    copy_tracked_tree(work)
    _commit(work, "The tree as it is")
    return origin


def _copy_types(folder: Path) -> Path:
    """What mypy knows of the tree: a copy, since a run of mypy at the same time would spoil it."""
    known, copy = ROOT / ".mypy_cache", folder / "types"
    if known.is_dir():
        shutil.copytree(known, copy)
    return copy


def _plant(work: Path, name: str, text: str) -> None:
    run_command("git", "pull", "--quiet", "--ff-only", cwd=work)
    (work / name).write_text(text, "utf-8")
    _commit(work, f"Add {name}")


def _commit(work: Path, message: str) -> None:
    run_command("git", "add", "--all", cwd=work)
    run_command("git", *_AUTHOR, "commit", "--quiet", "--message", message, cwd=work)
    run_command("git", "push", "--quiet", "origin", "HEAD:main", cwd=work)


def _write_stubs(folder: Path) -> dict[str, Path]:
    """A local action for each action that a workflow names, by its name and SHA."""
    stubs = {"checkout": _CLONE, "stub": "exit 0"}
    for name, script in stubs.items():
        (folder / name).mkdir()
        (folder / name / "action.yml").write_text(_STUB % json.dumps(script), "utf-8")
    text = "".join((ROOT / path).read_text("utf-8") for path in tracked_files(".github/workflows/*.yml"))
    actions = sorted(set(re.findall(r"uses: (\S+@\S+)", text)))
    return {action: folder / ("checkout" if action.startswith("actions/checkout@") else "stub") for action in actions}


def _tag_event() -> Mapping[str, object]:
    return {"ref": "refs/tags/v" + run_command(ROOT / ".venv/bin/delay", "--version").strip()}


def _completed_event(revision: str) -> Mapping[str, object]:
    repository = {"full_name": _REPOSITORY, "default_branch": "main"}
    completed = {"conclusion": "success", "event": "push", "head_sha": revision, "head_repository": repository}
    return {"workflow_run": completed, "repository": repository}
