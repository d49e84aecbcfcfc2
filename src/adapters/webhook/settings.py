"""Where notices go, and how they are signed."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class WebhookSettings:
    """The URL of the receiver; `secret` signs each notice. URLs of webhooks are secrets, too: neither is shown."""

    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Raise ValueError for a URL over which a notice is not safe."""
        parts = urlsplit(self.url)
        is_local = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or is_local):
            raise ValueError("the URL of the webhook must begin with https:// (http:// for this machine alone)")
        if parts.username is not None:
            raise ValueError("the URL of the webhook must not have a user name or password; sign notices by a secret")

    @property
    def host(self) -> str:
        """The part of the URL that messages may name."""
        return urlsplit(self.url).hostname or ""
