"""An API key: its scopes, how it is generated and how it is hashed. Loads no library.

A password needs a slow hash because people choose passwords that an attacker can guess. A key is 256 random bits, which
nobody can guess, so one SHA-256 protects it as well as a slow hash does and takes a microsecond per request.
"""

import hashlib
import secrets
from enum import StrEnum

from delay_core.errors import DelayError

PREFIX = "dk_"
"""Marks a text as a key of this product, for people and for scanners that look for leaked secrets."""
ANONYMOUS_NAME = "anonymous"
"""Name of callers without a key in logs. No key may have it."""


class Scope(StrEnum):
    """What a key allows. A key without a scope may read the model's metadata and the metrics."""

    PREDICT = "predict"
    OUTCOMES = "outcomes"
    PLAN = "plan"
    ADMIN = "admin"


class InvalidKeyFile(DelayError):
    """A key file that cannot be used, or a change that it does not allow."""


def generate_key() -> str:
    """A new key. Only its hash is stored, so show it to its owner at once."""
    return f"{PREFIX}{secrets.token_urlsafe(32)}"


def hash_key(key: bytes) -> str:
    """The SHA-256 of a key as 64 hexadecimal digits: what the key file stores."""
    return hashlib.sha256(key).hexdigest()
