"""A key, and what is kept of it.

Passwords are hashed slowly because people choose them, and a thief of the hashes can try the likely ones. A key is 256
bits of the system's randomness: nobody can try even a part of them, so that one SHA-256 says no more of it than a slow
hash would, and costs a request a microsecond instead of a tenth of a second.
"""

import hashlib
import secrets

PREFIX = "dk_"
"""Tells people, and scanners for leaked secrets, what they have found."""


def new_key() -> str:
    """A fresh key, to be shown once."""
    return f"{PREFIX}{secrets.token_urlsafe(32)}"


def digest_of(key: bytes) -> str:
    """What the file keeps of a key: 64 hexadecimal digits."""
    return hashlib.sha256(key).hexdigest()
