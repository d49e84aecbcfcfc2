"""The OpenAPI 3.1 document of the API: written by hand, but for the shipment, which the schema describes."""

from typing import Any

from delay_core.schema import ShipmentSchema
from entrypoints.api.openapi_paths import paths
from entrypoints.api.openapi_shapes import schemas

_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key: Authorization: Bearer dk_…"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same key in its own header."},
}


def document(
    schema: ShipmentSchema, *, title: str, version: str, keys: bool, most_shipments: int | None = None
) -> dict[str, Any]:
    """The whole document. `keys`: callers need an API key. `most_shipments` is the most that one request may hold."""
    whole: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": _described(schema)},
        "paths": paths(keys=keys),
        "components": {"schemas": schemas(schema, most_shipments)},
    }
    if keys:
        whole["components"]["securitySchemes"] = _SECURITY
        whole["security"] = [{name: []} for name in _SECURITY]
    return whole


def _described(schema: ShipmentSchema) -> str:
    about = f"{schema.description.rstrip('.')}. " if schema.description else ""
    return (
        f"{about}Shipments go in; for each, a calibrated probability that it will be late, what to do about it and, "
        "if asked for, the reasons come out. Errors are problem details (RFC 9457) that name each broken field."
    )
