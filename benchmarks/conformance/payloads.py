"""Malformed bodies: broken, huge, deeply nested or contradictory; and requests with a few changed values."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from random import Random
from typing import Any

Example = Mapping[str, Any]
Payload = Callable[[Random, Example], bytes]

_MIB = 1 << 20
_DEPTHS = (10, 500, 1023, 1024, 1025, 20_000)
_NUMBERS = ("1e400", "-1e400", "9" * 400, "-0", "1e-400", "18446744073709551616", "0." + "1" * 3000, "1E5", "01", "1.")
_LITERALS = ("NaN", "Infinity", "-Infinity", "nan", "undefined", "True", "'x'", "0x10", "/* */ 1")
_TEXTS = (r'"\ud800"', r'"\udfff\ud800"', r'"\u0000"', '"\x01"', r'"\uffff"', '"' + "é" * 300 + '"', '""', r'"\x"')
_UNUSUAL: tuple[object, ...] = (
    None,
    True,
    False,
    [],
    {},
    [[]],
    [None],
    {"": 1},
    "",
    " ",
    -1,
    0,
    1.5,
    10**30,
    "x" * 5000,
)


def random_bytes(random: Random, example: Example) -> bytes:  # noqa: ARG001 - the signature of a payload
    """Random bytes."""
    return random.randbytes(random.randrange(2000))


def broken_text(random: Random, example: Example) -> bytes:
    """A request with a few random bytes, which is often not UTF-8."""
    body = bytearray(_request(example))
    for _ in range(random.randrange(1, 6)):
        body[random.randrange(len(body))] = random.randrange(256)
    return bytes(body)


def truncated(random: Random, example: Example) -> bytes:
    """A request that ends early."""
    body = _request(example)
    return body[: random.randrange(len(body))]


def nested(random: Random, example: Example) -> bytes:
    """Nested lists or objects, closed or not, as the body or as a value."""
    depth = random.choice(_DEPTHS)
    opening, closing = random.choice((("[", "]"), ('{"data":', "}"), ('{"a":[', "]}")))
    text = opening * depth + "1" + closing * (depth if random.random() < 0.7 else 0)
    return _with(random, example, text) if random.random() < 0.5 else text.encode()


def unusual_number(random: Random, example: Example) -> bytes:
    """A number outside the range of floats, or not in JSON's syntax."""
    return _with(random, example, random.choice(_NUMBERS))


def foreign_literal(random: Random, example: Example) -> bytes:
    """A literal of another language that JSON does not have."""
    return _with(random, example, random.choice(_LITERALS))


def unusual_text(random: Random, example: Example) -> bytes:
    """Lone surrogates, control characters, invalid escapes."""
    text = random.choice(_TEXTS)
    if random.random() < 0.5:
        return _with(random, example, text)
    return b'{"data":{' + text.encode() + b':1},"explain":false}'


def duplicate_key(random: Random, example: Example) -> bytes:
    """A repeated key in the request or in the shipment."""
    name, value = random.choice(list(example.items()))
    pair = f"{json.dumps(name)}:{json.dumps(value)}"
    if random.random() < 0.5:
        return f'{{"data":{{{pair},{pair}}},"data":{json.dumps(example)}}}'.encode()
    return f'{{"data":{json.dumps(example)[:-1]},{pair}}}}}'.encode()


def oversized(random: Random, example: Example) -> bytes:
    """A long text, a long name, many names, or many records."""
    kind = random.randrange(5)
    if kind == 0:
        return _with(random, example, '"' + "x" * random.choice((_MIB // 8, _MIB)) + '"')
    if kind == 1:
        return json.dumps({"data": {**example, "y" * (_MIB // 2): 1}}).encode()
    if kind == 2:
        return json.dumps({"data": {**example, **{f"field {index}": index for index in range(5000)}}}).encode()
    if kind == 3:
        return json.dumps({"data": [{}] * random.choice((2000, 10_001))}).encode()
    return json.dumps({"data": [example] * 300 + [{**example, "z": 1}]}).encode()


def changed_values(random: Random, example: Example) -> bytes:
    """A request with one to three unusual values."""
    request: dict[str, object] = {"data": dict(example), "explain": False, "costs": None}
    for _ in range(random.randrange(1, 4)):
        record = request["data"]
        if isinstance(record, dict) and random.random() < 0.7:
            record[random.choice(list(example))] = deepcopy(random.choice(_UNUSUAL))
        else:
            request[random.choice(("data", "explain", "costs", "dta"))] = deepcopy(random.choice(_UNUSUAL))
    return json.dumps(request).encode()


def outcome(random: Random, example: Example) -> bytes:  # noqa: ARG001 - the signature of a payload
    """An outcome with unusual values."""
    body: dict[str, object] = {"shipment_id": "s-1", "late": True, "known_at": "2024-01-01T00:00:00Z"}
    for name in ("prediction_id", "shipment_id", "late", "known_at"):
        if random.random() < 0.4:
            body[name] = random.choice(
                (*_UNUSUAL, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "s\x00", "\ud800")
            )
    return json.dumps({"data": [body] * random.randrange(3) or body}).encode()


PAYLOADS: tuple[Payload, ...] = (
    *(random_bytes, broken_text, truncated, nested, unusual_number, foreign_literal, unusual_text, duplicate_key),
    *(changed_values, changed_values, outcome, oversized),
)


def _request(example: Example) -> bytes:
    return json.dumps({"data": [{**example, "note": "größer"}]}, ensure_ascii=False).encode()


def _with(random: Random, example: Example, text: str) -> bytes:
    """A request with this text in place of one of its values."""
    name = random.choice([*example, "explain", "costs"])
    if name in example:
        return json.dumps({"data": {**example, name: "@"}}).replace('"@"', text).encode(errors="surrogatepass")
    return json.dumps({"data": dict(example), name: "@"}).replace('"@"', text).encode(errors="surrogatepass")
