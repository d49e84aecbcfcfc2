"""TLS with an MLflow server: certificate authorities and client certificates that MLflow's client would use."""

import ssl
from collections.abc import Mapping
from pathlib import Path

from adapters.mlflow_rest.credentials import is_true
from delay_core.errors import StoreError

_INSECURE = "MLFLOW_TRACKING_INSECURE_TLS"
_SERVER = "MLFLOW_TRACKING_SERVER_CERT_PATH"
_CLIENT = "MLFLOW_TRACKING_CLIENT_CERT_PATH"


def create_tls_context(environment: Mapping[str, str]) -> ssl.SSLContext:
    """The context that the variables describe. Raises StoreError for a file that cannot be used."""
    authorities, certificate = environment.get(_SERVER), environment.get(_CLIENT)
    insecure = is_true(environment.get(_INSECURE))
    if insecure and authorities:
        raise StoreError(f"{_INSECURE} and {_SERVER} exclude each other; remove one of them")
    context = _verifying_context(authorities)
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if certificate:
        try:
            context.load_cert_chain(certificate, password="")  # otherwise OpenSSL asks the terminal for a password
        except OSError as error:
            raise _unusable(_CLIENT, certificate, error, "the certificate and its unencrypted private key") from None
    return context


def _verifying_context(authorities: str | None) -> ssl.SSLContext:
    if not authorities:
        return ssl.create_default_context()
    try:
        if Path(authorities).is_dir():
            return ssl.create_default_context(capath=authorities)
        return ssl.create_default_context(cafile=authorities)
    except OSError as error:
        raise _unusable(_SERVER, authorities, error, "certificates of authorities") from None


def _unusable(variable: str, path: str, error: OSError, expected: str) -> StoreError:
    reason = "not valid PEM" if isinstance(error, ssl.SSLError) else error.strerror
    return StoreError(f"{variable}={path}: {reason}; name a PEM file with {expected}", public=f"{variable}: {reason}")
