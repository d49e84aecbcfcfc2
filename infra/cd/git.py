"""The Git commands of continuous delivery, in one repository."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from infra.cd.errors import DeliveryError

_CREDENTIALS = '!f() { echo username=x-access-token; echo "password=$REPOSITORY_TOKEN"; }; f'
"""A credential helper: Git reads the token from the environment, so that it is in no argument and no file."""
_AUTHOR = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "Continuous delivery"), ("EMAIL", "delivery@localhost"))
}


@dataclass(frozen=True)
class GitRepository:
    """A clone."""

    root: Path

    def newest_change(self, revision: str, paths: tuple[str, ...]) -> str:
        """The newest commit up to `revision` that changed one of the paths; they have its content at `revision`."""
        commit = self._run("log", "-1", "--format=%H", revision, "--", *paths)
        if not commit:
            raise DeliveryError(
                f"no commit up to {revision} changed {', '.join(paths)}; the clone needs its whole history"
            )
        return commit

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether `newer` contains `older`; False if a commit is unknown."""
        return self._start("merge-base", "--is-ancestor", older, newer).returncode == 0

    def commit(self, paths: list[Path], message: str) -> None:
        """Commit these files and nothing else."""
        self._run("commit", "--quiet", "--message", message, "--", *map(str, paths), variables=_AUTHOR)

    def push(self, branch: str, attempts: int = 3) -> None:
        """Push HEAD to the branch of `origin`; what others pushed meanwhile stays, and our commit follows it."""
        login = ("-c", f"credential.helper={_CREDENTIALS}") if "REPOSITORY_TOKEN" in os.environ else ()
        refusal = ""
        for _ in range(attempts):
            pushed = self._start(*login, "push", "--quiet", "origin", f"HEAD:{branch}")
            if pushed.returncode == 0:
                return
            refusal = pushed.stderr.strip()
            self._run(*login, "fetch", "--quiet", "origin", branch)
            self._run("rebase", "--quiet", "FETCH_HEAD", variables=_AUTHOR)
        raise DeliveryError(f"origin refused the push to {branch} {attempts} times: {refusal}")

    def _run(self, *arguments: str, variables: dict[str, str] | None = None) -> str:
        ended = self._start(*arguments, variables=variables)
        if ended.returncode != 0:
            raise DeliveryError(f"`git {' '.join(arguments)}` failed in {self.root}: {ended.stderr.strip()}")
        return ended.stdout.strip()

    def _start(self, *arguments: str, variables: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own commands
            ["git", "-C", str(self.root), *arguments],  # noqa: S607 - the user's Git
            env={**os.environ, **(variables or {})},
            capture_output=True,
            text=True,
            check=False,
        )
