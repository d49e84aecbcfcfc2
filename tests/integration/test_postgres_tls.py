"""PostgreSQL with TLS and client certificates, and passwords that a command prints."""

import logging
import re
import ssl
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import make_url

from adapters.sql import ConnectionOptions, Database, PredictionLog, PredictionReader, TokenCommand
from adapters.sql.postgresql.encryption import is_unencrypted_allowed
from delay_core.errors import StoreError
from infra.local.postgres import PostgresServer
from support import postgres_server
from support.builders import logged_predictions
from support.certificates import CertificateAuthority
from support.postgres_with_tls import postgres_with_tls
from support.prediction_pages import read_all
from support.run import new_folder
from support.tls_proxy import tls_proxy


@pytest.fixture(scope="module")
def authority():
    return CertificateAuthority(new_folder())


@pytest.fixture(scope="module", params=["of a proxy", "of PostgreSQL"])
def tls(request, authority):
    """A server, and the port where it answers only with TLS, and only to clients with a certificate."""
    if request.param == "of PostgreSQL":
        with postgres_with_tls(authority) as server:
            yield server, server.port
        return
    server = postgres_server.server()
    if not isinstance(server, PostgresServer):
        pytest.skip("a remote server has its own certificates")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority.certificate)
    context.load_cert_chain(*authority.issue("server"))
    context.verify_mode = ssl.CERT_REQUIRED
    with tls_proxy(server.port, context) as port:
        yield server, port


@pytest.fixture(scope="module")
def server(tls):
    return tls[0]


@pytest.fixture(scope="module")
def tls_port(tls):
    return tls[1]


@pytest.fixture
def url(server, tls_port, authority):
    """With everything that the server requires."""
    certificate, key = authority.issue("serving")
    return (
        f"{server.url('serving', 'serving').replace(f':{server.port}/', f':{tls_port}/')}"
        f"?sslmode=verify-full&sslrootcert={authority.certificate}&sslcert={certificate}&sslkey={key}"
    )


def test_client_certificate__is_verified_by_the_server_and_the_server_by_the_client(server, url):
    with psycopg.connect(server.url("serving", "serving_owner")) as connection:
        connection.execute("TRUNCATE serving_logs, serving_daily, erasures")
    with closing(Database(url, "serving")) as database:
        PredictionLog(database).append(batch := logged_predictions(1, 2))
        assert read_all(PredictionReader(database)) == batch[::-1]
        with database.driver_connection() as connection:
            assert connection.pgconn.ssl_in_use


@pytest.mark.parametrize(
    ("pattern", "replacement", "reason"),
    [
        (r"&sslcert=.*", "", "certificate required|requires a valid client certificate"),
        (r"sslmode=.*", "sslmode=disable", "server closed the connection|rejects connection .* no encryption"),
        (r"@127\.0\.0\.1", "@localhost", 'does not match host name "localhost"'),
        (r"(sslrootcert=[^&]*)ca\.crt", r"\1serving.crt", "certificate verify failed"),
    ],
)
def test_connection_without_what_is_required__is_refused(server, url, pattern, replacement, reason):
    changed = re.sub(pattern, replacement, url)
    assert changed != url

    with pytest.raises(StoreError, match=reason) as error:
        Database(changed, "serving").state()
    assert server.passwords["serving"] not in str(error.value)


def test_token_command__prints_the_password(server, tls_port, url, tmp_path):
    password = server.passwords["serving"]
    secret = tmp_path / "token"
    secret.write_text(password)
    command = f'echo "$PGUSER@$PGHOST:$PGPORT/$PGDATABASE" >> {tmp_path}/calls; cat {secret}'
    bare = url.replace(f":{password}@", "@")
    options = ConnectionOptions(password=TokenCommand(command, 600))

    with closing(Database(bare, "serving", options)) as database:
        PredictionLog(database).append(logged_predictions(1, 1))
    assert (tmp_path / "calls").read_text().splitlines() == [f"serving@127.0.0.1:{tls_port}/serving"]

    secret.write_text("expired")
    with pytest.raises(StoreError, match="password authentication failed") as error:
        Database(bare, "serving", ConnectionOptions(password=TokenCommand(command, 0))).state()
    assert "expired" not in str(error.value)


@pytest.mark.parametrize(
    ("command", "reason"),
    [("echo no rights >&2; exit 3", "exit code 3: no rights"), ("true", "it printed nothing")],
)
def test_token_command__that_fails_is_a_store_error(command, reason):
    provide = TokenCommand(command, 600)
    with pytest.raises(StoreError, match=rf"DELAY_DATABASE__TOKEN_COMMAND \({command.split()[0]} …\): {reason}"):
        provide(make_url("postgresql://serving@db/serving"))


@pytest.mark.parametrize(
    ("location", "allowed"),
    [
        ("db.example/serving", True),
        ("db.example/serving?sslmode=prefer", True),
        ("10.0.0.7/serving", True),
        ("db.example/serving?sslmode=require", False),
        ("db.example/serving?sslmode=verify-full", False),
        ("localhost/serving", False),
        ("127.0.0.1:5433/serving", False),
        ("[::1]/serving", False),
        ("/serving?host=/run/postgresql", False),
    ],
)
def test_unencrypted_connection__is_allowed_by_the_url_of_another_host(monkeypatch, location, allowed):
    monkeypatch.delenv("PGSSLMODE", raising=False)
    assert is_unencrypted_allowed(make_url(f"postgresql://serving@{location}")) is allowed
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert is_unencrypted_allowed(make_url(f"postgresql://serving@{location}")) is ("prefer" in location)


def test_unencrypted_connection_to_another_host__is_a_warning(caplog, monkeypatch):
    monkeypatch.setattr("adapters.sql.postgresql.engine.is_unencrypted_allowed", lambda _: True)
    with (
        caplog.at_level(logging.WARNING),
        closing(Database(postgres_server.server().url("serving", "serving"), "serving")) as database,
    ):
        database.open()
    [message] = caplog.messages
    assert "add ?sslmode=verify-full&sslrootcert=<CA file> to the URL" in message
    assert "postgresql://serving:***@127.0.0.1" in message
