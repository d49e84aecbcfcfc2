"""PgBouncer, a pooler that shares server sessions between clients, in front of a PostgreSQL server of this machine."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest

from infra.local.child_process import ChildProcess
from infra.local.waiting import free_port, wait_until
from support.run import new_folder

_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


@contextmanager
def transaction_pooler(*urls: str) -> Iterator[list[str]]:
    """These URLs through a pooler with two server sessions per role; skips the test without PgBouncer."""
    program = shutil.which("pgbouncer", path=_PATH)
    if program is None:
        pytest.skip("pgbouncer is not on PATH: apt-get install pgbouncer")
    parts, port, folder = [urlsplit(url) for url in urls], free_port(), new_folder()
    databases = "\n".join(
        f"{name} = host={part.hostname} port={part.port}"
        for name, part in {part.path[1:]: part for part in parts}.items()
    )
    (folder / "users.txt").write_text("".join(f'"{part.username}" "{part.password}"\n' for part in parts))
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n{databases}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        f"auth_type = scram-sha-256\nauth_file = {folder}/users.txt\npool_mode = transaction\ndefault_pool_size = 2\n"
        "unix_socket_dir =\n"
    )
    for file in folder.iterdir():
        file.chmod(0o644)
    as_nobody = ("--user", "nobody") if os.geteuid() == 0 else ()
    pooled = [url.replace(f":{part.port}/", f":{port}/") for url, part in zip(urls, parts, strict=True)]
    with ChildProcess([program, *as_nobody, str(folder / "pgbouncer.ini")], folder / "log", {}):
        wait_until(lambda: _accepts(pooled[0]), 10)
        yield pooled


def _accepts(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True
