"""The OpenAPI document: FastAPI generates it from routes and models; this module adds what no signature states.

That is: the shipment, which the schema of the serving model describes; the limit of a batch; the header that every
response has; and API keys, where the API requires them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from delay_core.schema import ShipmentSchema, example_shipment, lenient_json_schema
from entrypoints.api.routing import ApiRoute
from entrypoints.api.schemas import ActionRequest, OutcomesRequest, PredictRequest, ProblemDetails, WhatIfRequest

JsonObject = dict[str, Any]

_REF_TEMPLATE = "#/components/schemas/{model}"
_SECURITY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key: Authorization: Bearer dk_…"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same key in its own header."},
}
_KEY_STATUSES = ("401", "403")
_REQUEST_ID_PARAMETER = {
    "name": "X-Request-ID",
    "in": "header",
    "description": "Your own id of the request; the response and the server's logs repeat it.",
    "schema": {"type": "string"},
}
_REQUEST_ID_HEADER = {"description": "The id of the request in logs.", "schema": {"type": "string"}}


def describe_api(
    app: FastAPI,
    schema: ShipmentSchema,
    *,
    title: str,
    version: str,
    with_keys: bool,
    max_shipments: int | None = None,
) -> JsonObject:
    """The document for requests of this schema. `with_keys`: callers need an API key."""
    document = get_openapi(title=title, version=version, description=_description(schema), routes=app.routes)
    schemas = {**document["components"]["schemas"], **_body_schemas()}
    schemas["Shipment"] = lenient_json_schema(schema) | {"example": example_shipment(schema)}
    schemas["PredictRequest"]["example"] = {"data": example_shipment(schema)}
    if max_shipments is not None:
        for name in ("PredictRequest", "OutcomesRequest"):
            schemas[name]["properties"]["data"]["oneOf"][1]["maxItems"] = max_shipments
    document["components"] = {"schemas": dict(sorted(schemas.items()))}
    document["paths"] = {path: dict(sorted(item.items())) for path, item in document["paths"].items()}
    for route, operation in _operations(app, document):
        _complete(route, operation, with_keys=with_keys)
    if with_keys:
        document["components"]["securitySchemes"] = _SECURITY_SCHEMES
        document["security"] = [{name: []} for name in _SECURITY_SCHEMES]
    return document


def _description(schema: ShipmentSchema) -> str:
    subject = f"{schema.description.rstrip('.')}. " if schema.description else ""
    return (
        f"{subject}Send shipments; for each you get a calibrated probability that it will be late, the decision to act "
        "or to wait and, on request, the reasons. Errors are problem details (RFC 9457) that name each wrong field."
    )


def _body_schemas() -> JsonObject:
    """The schemas of bodies that endpoints read themselves, and of problem details."""
    _, definitions = models_json_schema(
        [
            (PredictRequest, "validation"),
            (OutcomesRequest, "validation"),
            (ActionRequest, "validation"),
            (WhatIfRequest, "validation"),
            (ProblemDetails, "serialization"),
        ],
        ref_template=_REF_TEMPLATE,
    )
    schemas: JsonObject = definitions["$defs"]
    return schemas


def _operations(app: FastAPI, document: Mapping[str, Any]) -> Iterator[tuple[ApiRoute, JsonObject]]:
    for route in app.routes:
        if isinstance(route, ApiRoute) and route.include_in_schema:
            for method in route.methods:
                yield route, document["paths"][route.path_format][method.lower()]


def _complete(route: ApiRoute, operation: JsonObject, *, with_keys: bool) -> None:
    """Add the header of all responses, the scopes, and what the operation answers to callers without access."""
    operation.setdefault("parameters", []).append(_REQUEST_ID_PARAMETER)
    for response in operation["responses"].values():
        response["headers"] = {"X-Request-ID": _REQUEST_ID_HEADER, **response.get("headers", {})}
    if route.required_scopes:
        operation["summary"] += f" (scope {', '.join(sorted(route.required_scopes))})"
    if with_keys and route.required_scopes is None:
        operation["security"] = []
    if not with_keys or route.required_scopes is None:
        for status in _KEY_STATUSES:
            operation["responses"].pop(status, None)
