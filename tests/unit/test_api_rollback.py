"""A rollback that is refused or fails: the response and the audit log have the reason."""

import asyncio
from types import SimpleNamespace

import pytest

from delay_core.errors import BundleMissing, NoSuchModel, ServingChanged, StoreError
from entrypoints.api.problems import Problem
from entrypoints.api.routes.admin import rollback


@pytest.mark.parametrize(
    "error",
    [
        ServingChanged("another change, to version 4 of late, came first"),
        NoSuchModel("at mlflow: nothing to roll back to", public="nothing to roll back to"),
        BundleMissing(
            "/srv/mlflow: missing; run the pipeline again", digest="d", public="missing; run the pipeline again"
        ),
    ],
)
def test_refused_rollback__says_what_would_be_right_without_paths(error):
    problem, audited = fail_to_roll_back(error)

    assert (problem.status, problem.detail) == (409, f"nothing was changed: {error.public}")
    assert audited == [("ann", "rollback", f"refused: {error}", "r1")]


def test_rollback_without_a_store__does_not_say_that_nothing_was_changed():
    """A second rollback would restore another version."""
    problem, audited = fail_to_roll_back(StoreError("http://mlflow:5001 does not respond"))

    assert (problem.status, problem.detail) == (
        503,
        "a store is unavailable; the rollback may be made already: see which version serves before a retry",
    )
    assert audited == [("ann", "rollback", "failed: http://mlflow:5001 does not respond", "r1")]


def test_rollback_that_another_change_followed_at_once__is_not_called_served():
    decision = SimpleNamespace(version=2, replaced=3)
    model = SimpleNamespace(version=SimpleNamespace(version=4))
    watcher = SimpleNamespace(refresh=lambda *_, **__: SimpleNamespace(problem=None), model=model)
    context = api_context([], lambda _: decision, watcher=watcher)

    response = asyncio.run(rollback(REQUEST, context, SimpleNamespace(name="ann")))

    assert (response.model_version, response.replaced, response.served) == (2, 3, False)


REQUEST = SimpleNamespace(state=SimpleNamespace(request_id="r1"))


def api_context(audited, roll_back, **fields):
    return SimpleNamespace(
        promotions=SimpleNamespace(roll_back=roll_back),
        model_name="late",
        audit_action=lambda *entry: audited.append(entry),
        **fields,
    )


def fail_to_roll_back(error):
    """The problem of the response, and the entries of the audit log."""

    def raise_error(_name):
        raise error

    audited = []
    with pytest.raises(Problem) as raised:
        asyncio.run(rollback(REQUEST, api_context(audited, raise_error), SimpleNamespace(name="ann")))
    return raised.value, audited
