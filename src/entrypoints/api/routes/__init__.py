"""The endpoints, a router per resource."""

from entrypoints.api.routes import (
    actions,
    admin,
    docs,
    health,
    model,
    models,
    monitoring,
    outcomes,
    predict,
    predictions,
    reliability,
    schema_drafts,
    shipment_schema,
    what_if,
    worklist,
)

ROUTERS = (
    predict.router,
    outcomes.router,
    predictions.router,
    worklist.router,
    actions.router,
    shipment_schema.router,
    what_if.router,
    health.router,
    model.router,
    models.router,
    monitoring.router,
    reliability.router,
    admin.router,
    schema_drafts.router,
    docs.router,
    docs.pages,
)
"""In the order of the OpenAPI document."""
