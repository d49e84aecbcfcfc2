"""The routes: every one declares its access, and access is checked before method and body."""

import pytest
from fastapi import APIRouter, Depends, FastAPI

from entrypoints.api.routes import ROUTERS
from entrypoints.api.routes.predictions import may_see
from entrypoints.api.routing import ApiRoute
from entrypoints.api.security.access_control import PUBLIC, AccessControl, required_scopes, requires
from entrypoints.api.security.api_keys import ANONYMOUS, UNRESTRICTED, Caller
from entrypoints.keys import Scope
from support.builders import logged_prediction

EXPECTED = {
    ("GET", "/"): None,
    ("POST", "/predict"): ("predict",),
    ("GET", "/predict"): None,
    ("POST", "/outcomes"): ("outcomes",),
    ("GET", "/predictions"): (),
    ("GET", "/predictions/{prediction_id}"): (),
    ("GET", "/worklist"): ("plan",),
    ("POST", "/actions"): ("plan",),
    ("GET", "/actions"): ("plan",),
    ("GET", "/schema"): (),
    ("POST", "/what-if"): ("plan",),
    ("GET", "/health"): None,
    ("GET", "/health/live"): None,
    ("GET", "/health/ready"): None,
    ("GET", "/model/metadata"): (),
    ("GET", "/metrics"): (),
    ("GET", "/models"): (),
    ("GET", "/monitoring"): (),
    ("GET", "/reliability"): (),
    ("POST", "/admin/reload"): ("admin",),
    ("POST", "/admin/rollback"): ("admin",),
    ("POST", "/schema-draft"): ("admin",),
    ("GET", "/openapi.json"): None,
    ("GET", "/docs"): None,
    ("GET", "/docs/initializer.js"): None,
    ("GET", "/docs/{name}"): None,
}
"""The scopes that each route requires; None: public."""


@pytest.fixture(scope="module")
def routes():
    app = FastAPI(openapi_url=None)
    for router in ROUTERS:
        app.include_router(router)
    return app.routes


def test_routes__require_exactly_these_scopes(routes):
    scopes = {
        (method, route.path): None if route.required_scopes is None else tuple(sorted(route.required_scopes))
        for route in routes
        for method in route.methods
    }
    assert scopes == EXPECTED


def test_routes__are_all_of_the_class_that_checks_access(routes):
    assert {isinstance(route, ApiRoute) for route in routes} == {True}


@pytest.mark.parametrize("dependencies", [[], [Depends(lambda: None)], [PUBLIC, requires(Scope.ADMIN)]])
def test_route_without_exactly_one_declaration_of_access__cannot_be_created(dependencies):
    router = APIRouter(route_class=ApiRoute)
    with pytest.raises(TypeError, match="exactly once"):
        router.add_api_route("/x", lambda: None, dependencies=dependencies)


def test_required_scopes__are_those_of_the_declaration():
    assert required_scopes([PUBLIC]) is None
    assert required_scopes([requires()]) == frozenset()
    assert required_scopes([requires(Scope.ADMIN, Scope.PREDICT)]) == {"admin", "predict"}


@pytest.mark.parametrize(
    ("caller", "status"), [(UNRESTRICTED, None), (ANONYMOUS, 401), (Caller("ann", frozenset({Scope.PREDICT})), 403)]
)
def test_caller__needs_a_key_with_every_scope(caller, status):
    assert caller.has(frozenset({"admin"})) == (status is None)
    if status is not None:
        assert AccessControl(None, None).refusal(caller, frozenset({"admin"}), "10.0.0.1", 0.0).status == status


@pytest.mark.parametrize(("scope", "allowed"), [("plan", True), ("admin", True), ("predict", False)])
def test_planner_and_administrator__have_the_scope_plan_and_see_the_predictions_of_every_client(scope, allowed):
    caller = Caller("ann", frozenset({Scope(scope)}))
    assert caller.has(frozenset({"plan"})) == allowed
    assert may_see(caller, logged_prediction(client="another")) == allowed
    assert may_see(caller, logged_prediction(client="ann"))


def test_anonymous_caller__has_not_even_a_key_without_scopes():
    assert not ANONYMOUS.has(frozenset())
    assert Caller("ann", frozenset()).has(frozenset())
