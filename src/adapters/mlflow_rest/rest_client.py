"""Requests to an MLflow server, with the credentials and certificates that `MLFLOW_TRACKING_*` variables name."""

import json
import ssl
from collections.abc import Mapping
from http.client import HTTPMessage
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from adapters.mlflow_rest.credentials import authorization_header
from adapters.mlflow_rest.tls import create_tls_context
from delay_core.errors import StoreError

TIMEOUT_SECONDS = 5
MAX_BODY_BYTES = 8 * 1024 * 1024


class MlflowApiError(Exception):
    """An error that MLflow reports: its code and its message."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"{code}: {message}"[:300])


class _RedirectHandler(HTTPRedirectHandler):
    """Follows redirects, and sends the credentials to the same host only, never from https to http."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        redirected = super().redirect_request(req, fp, code, msg, headers, newurl)
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        if redirected is not None and (before.netloc != after.netloc or after.scheme not in (before.scheme, "https")):
            redirected.remove_header("Authorization")
        return redirected


def get(url: str, environment: Mapping[str, str]) -> bytes:
    """The body of the response. Raises MlflowApiError for an error that MLflow reports, StoreError for any other."""
    return _send(url, None, environment)


def post(url: str, content: Mapping[str, object], environment: Mapping[str, str]) -> bytes:
    """As `get`, of a request with this JSON; MLflow searches runs by POST."""
    return _send(url, json.dumps(content).encode(), environment)


def _send(url: str, content: bytes | None, environment: Mapping[str, str]) -> bytes:
    parts = urlsplit(url)
    authorization = authorization_header(parts, environment)
    headers = {"Authorization": authorization} if authorization else {}
    if content is not None:
        headers["Content-Type"] = "application/json"
    request = Request(  # noqa: S310 - the scheme is checked where settings are read
        urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])), content, headers
    )
    tls = [HTTPSHandler(context=create_tls_context(environment))] if parts.scheme == "https" else []
    try:
        with build_opener(_RedirectHandler, *tls).open(request, timeout=TIMEOUT_SECONDS) as response:
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
