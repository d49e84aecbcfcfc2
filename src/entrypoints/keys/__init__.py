"""API keys: how they are made, and the file that names them. The API reads it, the command line writes it."""

from entrypoints.keys.key_file import KeyFile, KeyFileRefused, KnownKey, Scope, known_key
from entrypoints.keys.secret import digest_of, new_key
from entrypoints.keys.stored import parse, read, write

__all__ = [
    "KeyFile",
    "KeyFileRefused",
    "KnownKey",
    "Scope",
    "digest_of",
    "known_key",
    "new_key",
    "parse",
    "read",
    "write",
]
