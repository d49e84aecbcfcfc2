"""The REST catalog signs in as MLflow's client does, and sends no unsigned request if it cannot."""

import json
import ssl
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from cryptography.hazmat.primitives import serialization

from adapters.mlflow_rest import ModelCatalog
from delay_core.errors import StoreError
from entrypoints.container.registry import select_serving_client
from support.certificates import CertificateAuthority
from support.faulty_proxy import FaultyProxy

ANN = {"MLFLOW_TRACKING_USERNAME": "ann", "MLFLOW_TRACKING_PASSWORD": "p%40ss"}
BASIC_ANN = "Basic YW5uOnAlNDBzcw=="
TOKEN = {"MLFLOW_TRACKING_TOKEN": "t0ken"}
STORED = "[mlflow]\nmlflow_tracking_username = ann\nmlflow_tracking_password = p%%40ss\n"


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def store_credentials(home, text):
    (home / ".mlflow").mkdir()
    (home / ".mlflow" / "credentials").write_bytes(text.encode("latin-1"))


def echo(request):
    """A response like MLflow's whose run id is the request's authorization."""
    run_id = request.headers.get("Authorization", "")
    return 200, json.dumps({"model_version": {"name": "late", "version": "7", "run_id": run_id}}).encode()


def read_header(url, environment):
    return ModelCatalog(url, lambda *_: None, environment).get_by_alias("late", "production").run_id


@pytest.mark.parametrize(
    ("user", "environment", "stored", "header"),
    [
        ("", {}, None, ""),
        ("", {}, "[other]\n", ""),
        ("ann:p%40ss@", TOKEN, STORED, "Basic YW5uOnBAc3M="),
        ("", ANN, None, BASIC_ANN),
        ("", {}, STORED, BASIC_ANN),
        ("", {"MLFLOW_TRACKING_USERNAME": "ann"}, STORED.replace("ann", "bob"), BASIC_ANN),
        ("", TOKEN, None, "Bearer t0ken"),
        ("", ANN | TOKEN, None, BASIC_ANN),
    ],
)
def test_credentials__are_those_that_mlflow_uses(home, user, environment, stored, header):
    if stored is not None:
        store_credentials(home, stored)
    with FaultyProxy(answer=echo) as server:
        assert read_header(f"http://{user}{server.address}/", environment) == header


@pytest.mark.parametrize(
    ("environment", "stored", "message"),
    [
        (
            {"MLFLOW_TRACKING_USERNAME": "ann"},
            None,
            "MLFLOW_TRACKING_USERNAME is set and MLFLOW_TRACKING_PASSWORD is not",
        ),
        (
            {"MLFLOW_TRACKING_PASSWORD": "s3cret"},
            None,
            "MLFLOW_TRACKING_PASSWORD is set and MLFLOW_TRACKING_USERNAME is",
        ),
        ({}, "mlflow_tracking_password = s3cret", r"~/\.mlflow/credentials is invalid; write a section \[mlflow\]"),
        ({}, STORED.replace("%%", "%"), r"~/\.mlflow/credentials is invalid; .*and % as %%"),
        ({}, STORED.replace("p%%", "\xff"), r"~/\.mlflow/credentials cannot be read: it is not UTF-8"),
        ({"MLFLOW_TRACKING_AUTH": "corporate", **TOKEN}, None, "MLFLOW_TRACKING_AUTH needs MLflow's client"),
        ({"MLFLOW_TRACKING_AWS_SIGV4": "true", **ANN}, None, "MLFLOW_TRACKING_AWS_SIGV4 needs MLflow's client"),
    ],
)
def test_incomplete_credentials__send_no_request(home, environment, stored, message):
    if stored is not None:
        store_credentials(home, stored)
    with FaultyProxy(answer=echo) as server, pytest.raises(StoreError, match=message) as error:
        read_header(server.url, environment)
    assert server.requests == []
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    ("kind", "environment", "client"),
    [
        ("server", {}, "rest"),
        ("server", {"MLFLOW_TRACKING_AWS_SIGV4": "false"}, "rest"),
        ("server", {"MLFLOW_TRACKING_AWS_SIGV4": "1"}, "library"),
        ("server", {"MLFLOW_TRACKING_AUTH": "kubernetes"}, "library"),
        ("database", {}, "library"),
    ],
)
def test_signatures_of_plugins__select_the_client_of_mlflow(monkeypatch, kind, environment, client):
    for name in ("MLFLOW_TRACKING_AWS_SIGV4", "MLFLOW_TRACKING_AUTH"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert select_serving_client(kind) == client


@contextmanager
def redirecting_server(host=""):
    """The URL of a server that redirects a request to the folder `moved` of this host, or of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path.startswith("/moved/"):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(echo(self)[1])
                return
            self.send_response(302)
            self.send_header("Location", f"{host}/moved{self.path}")
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_credentials__are_sent_to_the_same_host_only_after_a_redirect():
    with redirecting_server() as url:
        assert read_header(url, TOKEN) == "Bearer t0ken"
    with FaultyProxy(answer=echo) as other, redirecting_server(f"http://{other.address}") as url:
        assert read_header(url, TOKEN) == ""


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return CertificateAuthority(tmp_path_factory.mktemp("authority"))


@contextmanager
def tls_server(authority):
    """The URL of a server that requires a client certificate of the authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("mlflow"))
    context.load_verify_locations(authority.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    with FaultyProxy(answer=echo, tls=context) as server:
        yield server.url


@pytest.fixture
def pair(authority, tmp_path):
    """One file of a client certificate and its key, as MLflow's variable takes them."""
    file = tmp_path / "client.pem"
    file.write_bytes(b"".join(path.read_bytes() for path in authority.issue("client")))
    return str(file)


def test_client_certificate__is_sent(authority, pair):
    trusted = {"MLFLOW_TRACKING_SERVER_CERT_PATH": str(authority.certificate)}
    client = {"MLFLOW_TRACKING_CLIENT_CERT_PATH": pair}
    with tls_server(authority) as url:
        assert read_header(url, trusted | client | TOKEN) == "Bearer t0ken"
        assert read_header(url, {"MLFLOW_TRACKING_INSECURE_TLS": "true"} | client) == ""
        for incomplete in (trusted, client):
            with pytest.raises(StoreError, match="MLflow is unavailable"):
                read_header(url, incomplete)


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (
            {"CLIENT_CERT_PATH": "absent.pem"},
            "CLIENT_CERT_PATH=absent.pem: No such file .* and its unencrypted private key",
        ),
        (
            {"SERVER_CERT_PATH": "absent.pem"},
            "SERVER_CERT_PATH=absent.pem: No such file .* certificates of authorities",
        ),
        ({"SERVER_CERT_PATH": __file__}, "SERVER_CERT_PATH=.*: not valid PEM"),
        ({"CLIENT_CERT_PATH": __file__}, "CLIENT_CERT_PATH=.*: not valid PEM"),
        ({"INSECURE_TLS": "true", "SERVER_CERT_PATH": "a.pem"}, "exclude each other"),
    ],
)
def test_unusable_certificate__is_reported_before_a_request(environment, message):
    variables = {f"MLFLOW_TRACKING_{name}": value for name, value in environment.items()}
    with pytest.raises(StoreError, match=message) as error:
        read_header("https://127.0.0.1:9", variables)
    assert ".pem" not in error.value.public


def test_encrypted_key__does_not_ask_for_a_password(authority, tmp_path):
    certificate, key = authority.issue("encrypted")
    file = tmp_path / "encrypted.pem"
    file.write_bytes(certificate.read_bytes() + encrypt(key.read_bytes()))
    with pytest.raises(StoreError, match="unencrypted private key"):
        read_header("https://127.0.0.1:9", {"MLFLOW_TRACKING_CLIENT_CERT_PATH": str(file)})


def encrypt(key):
    private = serialization.load_pem_private_key(key, None)
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"s3cret")
    )
