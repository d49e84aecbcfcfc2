"""Notices as POST requests to a URL."""

from adapters.webhook.notifier import Notifier
from adapters.webhook.settings import WebhookSettings

__all__ = ["Notifier", "WebhookSettings"]
