"""The endpoints, a router per resource."""

from entrypoints.api.routes import admin, docs, health, model, outcomes, predict, predictions

ROUTERS = (
    predict.router,
    outcomes.router,
    predictions.router,
    health.router,
    model.router,
    admin.router,
    docs.router,
)
"""In the order of the OpenAPI document; POST /predict first, since routing tries routes in turn."""
