"""POST /schema-draft: for this machine, off where there are keys, one table at a time."""

import asyncio
from types import SimpleNamespace

import pytest

from entrypoints.api.problems import Problem
from entrypoints.api.routes import schema_drafts
from entrypoints.settings import ApiSettings
from entrypoints.table_process import client
from entrypoints.table_process.messages import DraftContent

CHECK = {
    "source": "a.csv", "rows": {"read": 9, "accepted": 7, "quarantined": 2, "excluded": 0}, "late": 3, "on_time": 4,
    "open": 0, "columns": [{"name": "load", "found": "load", "use": "feature", "missing": 1}], "foreign": [],
    "notes": [],
    "problems": [{"rule": "load: not a number", "field": "load", "code": "not_a_number", "rows": 2, "source_row": 5,
                  "example": "load: 'x' is not a number"}],
    "refused": {"load": "it is the outcome"}, "equal_columns": [], "parts": {}, "left_out": {},
    "refusal": "too few rows", "advice": ["no key"],
}  # fmt: skip


def request(content=b"id\n1\n", host="127.0.0.1", media_type=b"application/octet-stream"):
    async def receive():
        return {"type": "http.request", "body": content}

    state = SimpleNamespace(headers={b"content-type": media_type})
    return SimpleNamespace(receive=receive, client=SimpleNamespace(host=host), state=state)


def draft(sent=None, **settings):
    context = SimpleNamespace(settings=ApiSettings(**settings))
    return asyncio.run(schema_drafts.draft_schema(sent or request(), context, "a.csv"))


@pytest.fixture
def process(monkeypatch):
    """The names and contents that the child process was started with."""
    received = []

    def read(name, content):
        received.append((name, content))
        return DraftContent(draft="name: a\n", check=CHECK, problem=None)

    monkeypatch.setattr(client, "draft_schema", read)
    return received


def test_draft__has_what_it_makes_of_the_table(process):
    response = draft()

    assert process == [("a.csv", b"id\n1\n")]
    assert response.draft == "name: a\n"
    check = response.check
    assert (check.read, check.accepted, check.quarantined, check.excluded) == (9, 7, 2, 0)
    assert (check.late, check.on_time, check.refusal, check.advice) == (3, 4, "too few rows", ["no key"])
    assert [(item.rule, item.rows, item.first_row) for item in check.problems] == [("load: not a number", 2, 5)]
    assert [(item.name, item.missing, item.refused) for item in check.columns] == [("load", 1, "it is the outcome")]


def test_draft_that_has_to_be_completed__says_what_is_missing(monkeypatch):
    content = DraftContent(draft="label: ???\n", check=None, problem="label is missing")
    monkeypatch.setattr(client, "draft_schema", lambda *_: content)
    response = draft(schema_drafts=True, keys="keys.json")
    assert (response.check, response.problem) == (None, "label is missing")


@pytest.mark.parametrize(
    ("sent", "settings", "status"),
    [
        (request(), {"keys": "keys.json"}, 404),
        (request(), {"schema_drafts": False}, 404),
        (request(host="10.0.0.7"), {}, 403),
        (request(host="10.0.0.7"), {"keys": "keys.json", "schema_drafts": True}, 403),
        (request(media_type=b"text/plain"), {}, 415),
        (request(content=b"x" * 11), {}, 413),
    ],
)
def test_draft__is_refused(process, monkeypatch, sent, settings, status):
    monkeypatch.setattr(client, "MAX_FILE_BYTES", 10)
    with pytest.raises(Problem) as caught:
        draft(sent, **settings)
    assert caught.value.status == status
    assert process == []


def test_unreadable_table__is_422_with_its_reason(monkeypatch):
    def read(*_):
        raise client.UnreadableTable("a.csv has a header but no rows")

    monkeypatch.setattr(client, "draft_schema", read)
    with pytest.raises(Problem, match="a header but no rows") as caught:
        draft()
    assert caught.value.status == 422


def test_second_table_at_the_same_time__is_retried_later(monkeypatch, process):
    lock = asyncio.Lock()
    monkeypatch.setattr(schema_drafts, "_draft_running", lock)

    async def run():
        async with lock:
            await schema_drafts.draft_schema(request(), SimpleNamespace(settings=ApiSettings()), "a.csv")

    with pytest.raises(Problem) as caught:
        asyncio.run(run())
    assert (caught.value.status, caught.value.headers["Retry-After"]) == (503, "5")
    assert process == []
