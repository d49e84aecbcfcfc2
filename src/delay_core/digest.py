"""Digests of content: the same content has the same digest on every machine."""

import hashlib
import json
from collections.abc import Mapping


def sha256_hex(content: bytes) -> str:
    """The sha256 of `content`, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def canonical_json(value: object) -> bytes:
    """`value` as JSON with sorted keys and without spaces. Raises ValueError for NaN and infinities."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def json_digest(value: object) -> str:
    """The digest of a JSON value, independent of the order of its keys."""
    return sha256_hex(canonical_json(value))


def step_address(name: str, version: int, inputs: Mapping[str, object]) -> str:
    """The address of a pipeline step's output: the same step, version and inputs give the same address."""
    return json_digest({"step": name, "version": version, "inputs": dict(inputs)})
