"""The endpoints, a router per resource."""

from entrypoints.api.routes import admin, docs, health, model, monitoring, outcomes, predict, predictions, schema_drafts

ROUTERS = (
    predict.router,
    outcomes.router,
    predictions.router,
    health.router,
    model.router,
    monitoring.router,
    admin.router,
    schema_drafts.router,
    docs.router,
    docs.pages,
)
"""In the order of the OpenAPI document."""
