"""What is wrong with a file of keys."""

from delay_core.errors import DelayError


class KeyFileRefused(DelayError):
    """A file of API keys that cannot be used, or a change that it cannot take."""
