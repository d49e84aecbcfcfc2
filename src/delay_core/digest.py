"""Digests of content: the same content gives the same name, everywhere and always."""

import hashlib
import json
from collections.abc import Mapping


def of_bytes(content: bytes) -> str:
    """The sha256 of `content`, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def canonical_json(value: object) -> bytes:
    """`value` as JSON with sorted keys and no spare spaces; refuses NaN and infinities."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def of_json(value: object) -> str:
    """The digest of a JSON value, independent of the order of its keys."""
    return of_bytes(canonical_json(value))


def of_step(name: str, version: int, inputs: Mapping[str, object]) -> str:
    """The address of a pipeline step's output: the same inputs and step give the same address."""
    return of_json({"step": name, "version": version, "inputs": dict(inputs)})
