"""Notices by POST: JSON, signed by HMAC-SHA256 if there is a secret, tried a few times."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from adapters.webhook.settings import WebhookSettings
from delay_core.errors import NotificationError
from delay_core.monitoring.notice import Notice
from delay_core.ports import notifier as port

TIMEOUT_SECONDS = 5.0
RETRY_SECONDS = (1.0, 4.0)
"""Pauses before the second and the third attempt."""
SIGNATURE_HEADER = "X-Delay-Signature"
ID_HEADER = "Idempotency-Key"
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500


class Notifier(port.Notifier):
    """Every attempt sends the same body under the same id. Responses 429 and 5xx, and no response, are tried again."""

    def __init__(self, settings: WebhookSettings, pause: Callable[[float], None] = time.sleep) -> None:
        self._settings, self._pause = settings, pause
        self._opener = _create_opener()

    def notify(self, notice: Notice) -> None:
        request = self._create_request(notice)
        for seconds in (*RETRY_SECONDS, None):
            failure, is_final = self._send(request)
            if failure is None:
                return
            if is_final or seconds is None:
                raise NotificationError(
                    f"the webhook on {self._settings.host} did not accept the notice: {failure}; it is sent again when "
                    "monitoring runs the next time"
                )
            self._pause(seconds)

    def _send(self, request: Request) -> tuple[str | None, bool]:
        """What failed, None if nothing did, and whether another attempt is useless."""
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS):
                return None, True
        except HTTPError as error:
            with error:
                is_final = error.code < _SERVER_ERROR and error.code != _TOO_MANY_REQUESTS
                return f"status {error.code}", is_final
        except (OSError, HTTPException) as error:
            return str(getattr(error, "reason", error)) or type(error).__name__, False

    def _create_request(self, notice: Notice) -> Request:
        body = json.dumps(notice.to_json(), allow_nan=False).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "delay-core", ID_HEADER: notice.id}
        if self._settings.secret is not None:
            signature = hmac.new(self._settings.secret.encode(), body, hashlib.sha256).hexdigest()
            headers[SIGNATURE_HEADER] = f"sha256={signature}"
        return Request(self._settings.url, data=body, headers=headers, method="POST")  # noqa: S310 - checked by the settings


def _create_opener() -> OpenerDirector:
    """Without redirects: a notice and its signature are for the URL of the settings alone."""
    opener = OpenerDirector()
    for handler in (ProxyHandler, HTTPHandler, HTTPSHandler, HTTPErrorProcessor, HTTPDefaultErrorHandler):
        opener.add_handler(handler())
    return opener
