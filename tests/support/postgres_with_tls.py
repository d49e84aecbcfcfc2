"""PostgreSQL with TLS of its own, which the wheel's build has not: one that an operating system's package installed."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from infra.local.postgres import PostgresServer
from infra.local.postgres_binaries import PostgresBinaries
from support.certificates import CertificateAuthority
from support.postgres_server import upgraded
from support.run import new_folder

_CLIENTS = (
    "hostssl all serving 127.0.0.1/32 scram-sha-256 clientcert=verify-full\nhost all serving 127.0.0.1/32 reject\n"
)
"""The role `serving` needs TLS, and a certificate in its name."""


@contextmanager
def postgres_with_tls(authority: CertificateAuthority) -> Iterator[PostgresServer]:
    """A server with the database `serving`; skips the test if no PostgreSQL with OpenSSL is installed."""
    binaries = PostgresBinaries(_folder(), PostgresBinaries.locate().user)
    folder = new_folder()
    certificate, key = (_copy(path, folder, binaries) for path in authority.issue("server"))
    settings = {"ssl": "on", "ssl_cert_file": str(certificate), "ssl_key_file": str(key)}
    settings["ssl_ca_file"] = str(_copy(authority.certificate, folder, binaries))
    with (
        patch.object(PostgresBinaries, "locate", return_value=binaries),
        PostgresServer.start(folder / "postgres", fsync=False, settings=settings) as server,
    ):
        upgraded(server.url("serving", "serving_owner"), "serving")
        rules = server.data / "pg_hba.conf"
        rules.write_text(_CLIENTS + rules.read_text())
        server.restart()
        yield server


def _folder() -> Path:
    """The programs of a PostgreSQL with OpenSSL; Debian installs them outside PATH."""
    on_path = shutil.which("pg_config")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    for folder in (*([Path(on_path).resolve().parent] if on_path else []), *reversed(debian)):
        if (folder / "pg_ctl").exists() and (folder / "pg_config").exists():
            options = subprocess.run([folder / "pg_config", "--configure"], capture_output=True, text=True, check=True)
            if "openssl" in options.stdout:
                return folder
    pytest.skip("no PostgreSQL with OpenSSL is installed: apt-get install postgresql")


def _copy(path: Path, folder: Path, binaries: PostgresBinaries) -> Path:
    """A copy that the server may read, and nobody else."""
    copy = folder / path.name
    shutil.copy(path, copy)
    copy.chmod(0o600)
    binaries.chown_to_server(copy)
    return copy
