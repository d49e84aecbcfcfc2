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
        ServingChanged("version 4 of late serves now"),
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


def fail_to_roll_back(error):
    """The problem of the response, and the entries of the audit log."""

    def raise_error(_name):
        raise error

    audited = []
    context = SimpleNamespace(
        promotions=SimpleNamespace(roll_back=raise_error),
        model_name="late",
        audit_action=lambda *entry: audited.append(entry),
    )
    request = SimpleNamespace(state=SimpleNamespace(request_id="r1"))
    with pytest.raises(Problem) as raised:
        asyncio.run(rollback(request, context, SimpleNamespace(name="ann")))
    return raised.value, audited
