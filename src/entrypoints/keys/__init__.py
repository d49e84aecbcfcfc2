"""API keys and the file that stores their hashes. The API reads the file, the command line writes it.

A name loads its module when it is first used: `Scope` and `InvalidKeyFile` load no library.
"""

from typing import TYPE_CHECKING

from delay_core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from entrypoints.keys.api_key import ANONYMOUS_NAME, InvalidKeyFile, Scope, generate_key, hash_key
    from entrypoints.keys.key_file import (
        KeyFile,
        KeyRecord,
        make_key_record,
        parse_key_file,
        read_key_file,
        write_key_file,
    )

__all__ = [
    "ANONYMOUS_NAME",
    "InvalidKeyFile",
    "KeyFile",
    "KeyRecord",
    "Scope",
    "generate_key",
    "hash_key",
    "make_key_record",
    "parse_key_file",
    "read_key_file",
    "write_key_file",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "ANONYMOUS_NAME": "api_key",
        "InvalidKeyFile": "api_key",
        "KeyFile": "key_file",
        "KeyRecord": "key_file",
        "Scope": "api_key",
        "generate_key": "api_key",
        "hash_key": "api_key",
        "make_key_record": "key_file",
        "parse_key_file": "key_file",
        "read_key_file": "key_file",
        "write_key_file": "key_file",
    },
)
