"""Bodies that no client should send: broken, huge, deep, contradictory; and requests changed in one place."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from random import Random
from typing import Any

Example = Mapping[str, Any]
Content = Callable[[Random, Example], bytes]

_MIB = 1 << 20
_DEPTHS = (10, 500, 1023, 1024, 1025, 20_000)
_NUMBERS = ("1e400", "-1e400", "9" * 400, "-0", "1e-400", "18446744073709551616", "0." + "1" * 3000, "1E5", "01", "1.")
_WORDS = ("NaN", "Infinity", "-Infinity", "nan", "undefined", "True", "'x'", "0x10", "/* */ 1")
_TEXTS = (r'"\ud800"', r'"\udfff\ud800"', r'"\u0000"', '"\x01"', r'"\uffff"', '"' + "é" * 300 + '"', '""', r'"\x"')
_ODD: tuple[object, ...] = (None, True, False, [], {}, [[]], [None], {"": 1}, "", " ", -1, 0, 1.5, 10**30, "x" * 5000)


def noise(random: Random, example: Example) -> bytes:  # noqa: ARG001 - one of many
    """Random bytes."""
    return random.randbytes(random.randrange(2000))


def broken_text(random: Random, example: Example) -> bytes:
    """A request with a few of its bytes exchanged, which is often no UTF-8."""
    body = bytearray(_request(example))
    for _ in range(random.randrange(1, 6)):
        body[random.randrange(len(body))] = random.randrange(256)
    return bytes(body)


def cut(random: Random, example: Example) -> bytes:
    """A request that ends early."""
    body = _request(example)
    return body[: random.randrange(len(body))]


def deep(random: Random, example: Example) -> bytes:
    """Lists in lists, or objects in objects: open, closed, or as a field's value."""
    depth = random.choice(_DEPTHS)
    opening, closing = random.choice((("[", "]"), ('{"data":', "}"), ('{"a":[', "]}")))
    nested = opening * depth + "1" + closing * (depth if random.random() < 0.7 else 0)
    return _with(random, example, nested) if random.random() < 0.5 else nested.encode()


def odd_number(random: Random, example: Example) -> bytes:
    """A number beyond every float, or written as JSON has none."""
    return _with(random, example, random.choice(_NUMBERS))


def no_json_word(random: Random, example: Example) -> bytes:
    """What other languages write, and JSON does not know."""
    return _with(random, example, random.choice(_WORDS))


def odd_text(random: Random, example: Example) -> bytes:
    """Halves of characters, control characters, wrong escapes."""
    text = random.choice(_TEXTS)
    if random.random() < 0.5:
        return _with(random, example, text)
    return b'{"data":{' + text.encode() + b':1},"explain":false}'


def twice(random: Random, example: Example) -> bytes:
    """The same key several times, in the request or in the shipment."""
    name, value = random.choice(list(example.items()))
    pair = f"{json.dumps(name)}:{json.dumps(value)}"
    if random.random() < 0.5:
        return f'{{"data":{{{pair},{pair}}},"data":{json.dumps(example)}}}'.encode()
    return f'{{"data":{json.dumps(example)[:-1]},{pair}}}}}'.encode()


def giant(random: Random, example: Example) -> bytes:
    """A long text, a long name, many names, many records."""
    kind = random.randrange(5)
    if kind == 0:
        return _with(random, example, '"' + "x" * random.choice((_MIB // 8, _MIB)) + '"')
    if kind == 1:
        return json.dumps({"data": {**example, "y" * (_MIB // 2): 1}}).encode()
    if kind == 2:
        return json.dumps({"data": {**example, **{f"field {at}": at for at in range(5000)}}}).encode()
    if kind == 3:
        return json.dumps({"data": [{}] * random.choice((2000, 10_001))}).encode()
    return json.dumps({"data": [example] * 300 + [{**example, "z": 1}]}).encode()


def changed(random: Random, example: Example) -> bytes:
    """A request with something odd in one to three places."""
    whole: dict[str, object] = {"data": dict(example), "explain": False, "costs": None}
    for _ in range(random.randrange(1, 4)):
        record = whole["data"]
        if isinstance(record, dict) and random.random() < 0.7:
            record[random.choice(list(example))] = deepcopy(random.choice(_ODD))
        else:
            whole[random.choice(("data", "explain", "costs", "dta"))] = deepcopy(random.choice(_ODD))
    return json.dumps(whole).encode()


def outcome(random: Random, example: Example) -> bytes:  # noqa: ARG001 - as above
    """News of an outcome, with anything in its places."""
    given: dict[str, object] = {"shipment_id": "s-1", "late": True, "known_at": "2024-01-01T00:00:00Z"}
    for name in ("prediction_id", "shipment_id", "late", "known_at"):
        if random.random() < 0.4:
            given[name] = random.choice((*_ODD, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "s\x00", "\ud800"))
    return json.dumps({"data": [given] * random.randrange(3) or given}).encode()


CONTENTS: tuple[Content, ...] = (
    *(noise, broken_text, cut, deep, odd_number, no_json_word, odd_text, twice, changed, changed, outcome, giant),
)


def _request(example: Example) -> bytes:
    return json.dumps({"data": [{**example, "note": "größer"}]}, ensure_ascii=False).encode()


def _with(random: Random, example: Example, written: str) -> bytes:
    """A request with this text where one of its values stood."""
    name = random.choice([*example, "explain", "costs"])
    if name in example:
        return json.dumps({"data": {**example, name: "@"}}).replace('"@"', written).encode(errors="surrogatepass")
    return json.dumps({"data": dict(example), name: "@"}).replace('"@"', written).encode(errors="surrogatepass")
