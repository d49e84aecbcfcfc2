"""A rollback that is refused: the response and the audit log have the reason."""

import asyncio
from types import SimpleNamespace

import pytest

from delay_core.errors import BundleMissing, NoSuchModel, ServingChanged
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

    assert (raised.value.status, raised.value.detail) == (409, f"nothing was changed: {error.public}")
    assert audited == [("ann", "rollback", f"refused: {error}", "r1")]
