"""One GET to an MLflow server, with the credentials and certificates that MLflow's own client would take."""

import base64
import json
import ssl
from collections.abc import Mapping
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import HTTPSHandler, Request, build_opener

from delay_core.errors import StoreError

SECONDS = 5
"""An answer that takes longer is none."""
_LONGEST = 1024 * 1024


class Refused(Exception):
    """MLflow's own error: its code and its words."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"{code}: {message}"[:300])


def get(url: str, environment: Mapping[str, str]) -> bytes:
    """The body of the answer. Raises Refused for an error of MLflow's, StoreError where nothing answers."""
    plain, authorization = _authorized(url, environment)
    request = Request(plain, headers=authorization)  # noqa: S310 - the scheme is checked where settings are read
    try:
        with build_opener(HTTPSHandler(context=_tls(environment))).open(request, timeout=SECONDS) as answer:
            found: bytes = answer.read(_LONGEST)
            return found
    except HTTPError as error:
        with error:
            raise _refusal(error) from None
    except (URLError, OSError) as error:
        raise StoreError(f"MLflow is out of reach: {getattr(error, 'reason', error)}") from None


def _refusal(error: HTTPError) -> Refused | StoreError:
    try:
        told = json.loads(error.read(_LONGEST))
        return Refused(str(told["error_code"]), str(told["message"]))
    except (OSError, KeyError, TypeError, ValueError):
        return StoreError(f"MLflow answers {error.code}")


def _authorized(url: str, environment: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The URL without a user's name and password, and the header that tells them instead."""
    parts = urlsplit(url)
    user, password = parts.username, parts.password
    plain = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    if user is None:
        user, password = environment.get("MLFLOW_TRACKING_USERNAME"), environment.get("MLFLOW_TRACKING_PASSWORD")
    if user is not None:
        told = base64.b64encode(f"{unquote(user)}:{unquote(password or '')}".encode()).decode()
        return plain, {"Authorization": f"Basic {told}"}
    token = environment.get("MLFLOW_TRACKING_TOKEN")
    return plain, {"Authorization": f"Bearer {token}"} if token else {}


def _tls(environment: Mapping[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=environment.get("MLFLOW_TRACKING_SERVER_CERT_PATH"))
    if environment.get("MLFLOW_TRACKING_INSECURE_TLS", "").lower() in ("true", "1"):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
