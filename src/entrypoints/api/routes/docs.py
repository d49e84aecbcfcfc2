"""The OpenAPI document, and Swagger UI, whose assets this server sends: no browser contacts another host."""

from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from entrypoints.api.context import Context
from entrypoints.api.openapi import describe_api
from entrypoints.api.routes.responses import problems
from entrypoints.api.routing import ApiRoute
from entrypoints.api.security.access_control import PUBLIC

router = APIRouter(route_class=ApiRoute, tags=["service"], dependencies=[PUBLIC])

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Delay API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" type="image/png" href="docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/initializer.js"></script>
</body>
</html>
"""
_INITIALIZER = """\
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIBundle.SwaggerUIStandalonePreset],
});
"""
"""Without `validatorUrl: null`, Swagger UI sends the document's address to a public validator."""
_SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"cache-control", b"public, max-age=3600"),
)
"""Swagger UI sets style attributes, and its style sheet holds images as data URLs."""
_MEDIA_TYPES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}


@router.get("/openapi.json", summary="This document", responses=problems())
async def openapi(request: Request, context: Context) -> JSONResponse:
    """The document for the schema of the serving model."""
    schema, state = context.schema, request.app.state
    if getattr(state, "openapi_schema", None) is not schema:
        state.openapi_document = describe_api(
            request.app,
            schema,
            title=f"Delays of {schema.name}",
            version=context.version,
            with_keys=context.settings.keys is not None,
            max_shipments=context.settings.batch_limit,
        )
        state.openapi_schema = schema
    return JSONResponse(state.openapi_document)


def _set_security_headers(request: Request) -> None:
    request.state.security_headers = _SECURITY_HEADERS


pages = APIRouter(route_class=ApiRoute, dependencies=[PUBLIC, Depends(_set_security_headers)], include_in_schema=False)


@pages.get("/docs")
async def docs() -> HTMLResponse:
    """Swagger UI: reads the OpenAPI document and sends requests from the browser."""
    return HTMLResponse(_PAGE)


@pages.get("/docs/initializer.js")
async def docs_initializer() -> Response:
    """The script that starts Swagger UI: a file of its own, since the policy allows no inline script."""
    return Response(_INITIALIZER, media_type="text/javascript")


@pages.get("/docs/{name}")
async def docs_asset(name: str) -> Response:
    """A file of Swagger UI."""
    if name not in _MEDIA_TYPES:
        raise HTTPException(404)
    return Response(_read_asset(name), media_type=_MEDIA_TYPES[name])


@cache
def _read_asset(name: str) -> bytes:
    return files("fastapi_swagger.resources").joinpath(name).read_bytes()
