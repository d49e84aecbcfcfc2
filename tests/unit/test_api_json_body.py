"""The JSON of a body: what is refused, and that no key and no digit is lost."""

import asyncio
import gzip
import json

import orjson
import pytest

from entrypoints.api.json_body import has_floats, parse_json, with_exact_digits
from entrypoints.api.problems import Problem

TEXTS = frozenset({"parcel", "depot"})
LONG = "9400110898825022579493"


def parse(body):
    return asyncio.run(parse_json(body.encode() if isinstance(body, str) else body))


def refusal(body):
    with pytest.raises(Problem) as refused:
        parse(body)
    return refused.value


def locations(body):
    problem = refusal(body)
    assert problem.status == 422
    return [(one.row, one.field, one.code) for one in problem.errors]


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ("", 400, "the body is empty"),
        (" \n", 400, "the body is empty"),
        ("{", 400, "the body is not JSON"),
        ('{"data": NaN}', 400, "the body is not JSON"),
        ('{"data": {"a": -Infinity}}', 400, "the body is not JSON"),
        ('{"data": {}} {}', 400, "the body is not JSON"),
        (r'{"data": {"a": "\ud800"}}', 400, "the body is not JSON"),
        ('{"data": "\x00"}', 400, "the body is not JSON"),
        ('{"data":' * 100_000, 400, "the body is not JSON"),
        (gzip.compress(b"{}", mtime=0), 400, "compressed by gzip"),
        (b"\xef\xbb\xbf{}", 400, "byte order mark of UTF-8"),
        ("{}".encode("utf-16"), 400, "byte order mark of UTF-16"),
        (b'{"data": "\xe9"}', 400, "not UTF-8: byte 0xe9 at position 10"),
        ("null", 422, "must be an object, not null"),
        ("[]", 422, "must be an object, not a list"),
        ("1e22", 422, "must be an object, not a number"),
    ],
)
def test_a_body_that_is_no_json_object__is_refused_with_the_reason(body, status, reason):
    problem = refusal(body)
    assert problem.status == status
    assert reason in problem.detail


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"data": {"weight": 700.5, "depot": "x", "weight": 1}}', [(1, "weight")]),
        ('{"data": {"weight": 1, "weight": 1}}', [(1, "weight")]),
        ('{"data": {"weight": 1, "w\\u0065ight": 1}}', [(1, "weight")]),
        ('{"data": {"depot": "\\"\\\\", "depot": "\\\\"}}', [(1, "depot")]),
        ('{"data": [{"a": 1}, {"a": 1, "b": "", "a": 1, "b": "", "a": 2}]}', [(2, "a"), (2, "b")]),
        ('{"data": {}, "data": {}}', [(None, "data")]),
        ('{"data": [], "costs": {"currency": "EUR", "currency": "USD"}}', [(None, "costs.currency")]),
        ('{"data": {"a": {"b": 1, "b": 2}}}', [(1, "a.b")]),
        ('{"data": {"": 1, "": 2}}', [(1, None)]),
    ],
)
def test_a_key_that_occurs_twice__is_refused_by_name(body, expected):
    assert locations(body) == [(row, field, "duplicate_field") for row, field in expected]


@pytest.mark.parametrize(
    "content",
    [
        {"data": {"depot": 'a "quoted" \\ word: {"depot": 1, "depot": 2}', "ort": "Köln ✓ \\\\"}, "explain": True},
        {"data": [{"a": "x", "b": None}, {"a": "x"}, {}], "costs": {"currency": "EUR"}},
        {"data": {"a": {"b": [{"c": "d"}, "e"]}}, "more": ["f", ["g"]]},
        {"data": ["text", 1, None]},
        {},
    ],
)
@pytest.mark.parametrize("write", [json.dumps, lambda content: json.dumps(content, indent=2), orjson.dumps])
def test_a_body_without_repeated_keys__is_read_as_it_is(content, write):
    assert parse(write(content)) == content


def test_nesting_deeper_than_python_recurses__is_left_to_the_check_of_the_field():
    depth = 500
    assert list(parse('{"data":' + '{"a":[' * depth + '"x"' + "]}" * depth + "}")) == ["data"]


@pytest.mark.parametrize("number", ["1" * 400, "1" * 5000, "1E400", "-1e400"])
def test_a_number_beyond_every_float__is_refused_by_field(number):
    body = f'{{"data": [{{"parcel": 1}}, {{"weight": 1, "parcel": {number}}}]}}'
    assert locations(body) == [(2, "parcel", "invalid_value")]
    assert "as text" in refusal(body).detail


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("42", 42),
        ("18446744073709551615", 18446744073709551615),
        ("18446744073709551616", "18446744073709551616"),
        ("-9223372036854775809", "-9223372036854775809"),
        (LONG, LONG),
        ("1" + "0" * 22, "1" + "0" * 22),
        ("9" * 300, "9" * 300),
        ("12345678901234567.25", "12345678901234567.25"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ("1e-400", "1e-400"),
        ("1e-99999999999999999999", "1e-99999999999999999999"),
        ("1.5", 1.5),
        ("2.0", 2.0),
        ("1E22", 1e22),
        ("-0.0", -0.0),
    ],
)
@pytest.mark.parametrize("as_list", [False, True])
def test_a_number_in_a_text_field__keeps_the_digits_that_a_float_would_lose(number, expected, as_list):
    record = f'{{"parcel": {number}, "weight": {number}}}'
    body = f'{{"data": {f"[{record}]" if as_list else record}}}'
    data = parse(body)["data"]
    records = data if as_list else [data]
    exact = records
    if has_floats(records, TEXTS):
        exact = with_exact_digits(records, TEXTS, body.encode())
    assert [repr(record["parcel"]) for record in exact] == [repr(expected)]
    assert [record["weight"] for record in exact] == [record["weight"] for record in records]


def test_floats_outside_of_text_fields__do_not_count():
    assert not has_floats([{"weight": 1.5, "parcel": 1, "depot": "x"}], TEXTS)
    assert has_floats([{}, {"depot": 1.5}], TEXTS)
