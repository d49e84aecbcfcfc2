"""API keys: how they are made, and the file that names them. The API reads it, the command line writes it.

Names load their module when they are first used: `Scope` and `KeyFileRefused` load no library.
"""

from typing import TYPE_CHECKING

from delay_core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from entrypoints.keys.errors import KeyFileRefused
    from entrypoints.keys.key_file import KeyFile, KnownKey, known_key
    from entrypoints.keys.scopes import Scope
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

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "KeyFile": "key_file",
        "KeyFileRefused": "errors",
        "KnownKey": "key_file",
        "Scope": "scopes",
        "digest_of": "secret",
        "known_key": "key_file",
        "new_key": "secret",
        "parse": "stored",
        "read": "stored",
        "write": "stored",
    },
)
