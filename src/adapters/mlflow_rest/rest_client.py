"""GET requests to an MLflow server, with the credentials and certificates that `MLFLOW_TRACKING_*` variables name.

A name and password, a token, a certificate authority and the insecure flag are supported; client certificates and
other authentication plugins of MLflow are not.
"""

import base64
import json
import ssl
from collections.abc import Mapping
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import HTTPSHandler, Request, build_opener

from delay_core.errors import StoreError

TIMEOUT_SECONDS = 5
MAX_BODY_BYTES = 1024 * 1024


class MlflowApiError(Exception):
    """An error that MLflow reports: its code and its message."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"{code}: {message}"[:300])


def get(url: str, environment: Mapping[str, str]) -> bytes:
    """The body of the response. Raises MlflowApiError for an error that MLflow reports, StoreError for any other."""
    plain_url, headers = _authenticate(url, environment)
    request = Request(plain_url, headers=headers)  # noqa: S310 - the scheme is checked where settings are read
    try:
        with build_opener(HTTPSHandler(context=_tls(environment))).open(request, timeout=TIMEOUT_SECONDS) as response:
            body: bytes = response.read(MAX_BODY_BYTES)
            return body
    except HTTPError as error:
        with error:
            raise _parse_error(error) from None
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        public = "TLS failed" if isinstance(reason, ssl.SSLError) else reason  # TLS errors name the host
        raise StoreError(f"MLflow is unavailable: {reason}", public=f"MLflow is unavailable: {public}") from None


def _parse_error(error: HTTPError) -> MlflowApiError | StoreError:
    try:
        content = json.loads(error.read(MAX_BODY_BYTES))
        return MlflowApiError(str(content["error_code"]), str(content["message"]))
    except (OSError, KeyError, TypeError, ValueError):
        return StoreError(f"MLflow responds with status {error.code}")


def _authenticate(url: str, environment: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The URL without user name and password, and the header that carries them instead."""
    parts = urlsplit(url)
    user, password = parts.username, parts.password
    plain_url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    if user is None:
        user, password = environment.get("MLFLOW_TRACKING_USERNAME"), environment.get("MLFLOW_TRACKING_PASSWORD")
    if user is not None:
        credentials = base64.b64encode(f"{unquote(user)}:{unquote(password or '')}".encode()).decode()
        return plain_url, {"Authorization": f"Basic {credentials}"}
    token = environment.get("MLFLOW_TRACKING_TOKEN")
    return plain_url, {"Authorization": f"Bearer {token}"} if token else {}


def _tls(environment: Mapping[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=environment.get("MLFLOW_TRACKING_SERVER_CERT_PATH"))
    if environment.get("MLFLOW_TRACKING_INSECURE_TLS", "").lower() in ("true", "1"):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
