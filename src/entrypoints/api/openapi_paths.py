"""Which endpoints there are, what each asks for, and how each may answer."""

from typing import Any

from entrypoints.api.openapi_shapes import Shape, ref

_REASONS = {
    400: "What was sent is not JSON, or no request at all.",
    401: "No key, or one that is not known.",
    403: "The key does not allow this.",
    404: "There is no such thing, or it is another client's.",
    405: "Another method is asked for here.",
    408: "The body did not arrive in time.",
    409: "At odds with what was done before.",
    413: "More than one request may hold.",
    415: "The body must be application/json.",
    422: "Fields are wrong; each is named.",
    429: "Too many requests; wait as long as Retry-After says.",
    503: "Not possible just now: the model is not loaded, or a store is away. Nothing was half done.",
}
_WAITS = (429, 503)
_REQUEST_ID = {"description": "Names the request in logs.", "schema": {"type": "string"}}
_ALWAYS = (400, 405, 429)
_BODY = (408, 413, 415, 422)


def paths(*, keys: bool) -> dict[str, Shape]:
    """Every endpoint by its path."""

    def operation(name: str, summary: str, answer: Shape, also: tuple[int, ...] = (), **more: Any) -> Shape:
        allowed = more.pop("allowed", True)  # False: open to everybody
        barred = (401, 403) if keys and allowed else ()
        answers = {"200": answer} | {str(code): _refusal(code) for code in sorted({*_ALWAYS, *barred, *also})}
        found: Shape = {"operationId": name, "summary": summary, "parameters": [_X_REQUEST_ID], "responses": answers}
        found["parameters"] = [*more.pop("parameters", ()), *found["parameters"]]
        if keys and not allowed:
            found["security"] = []
        return found | more

    ready = operation("ready", "Whether it can predict", _answer(ref("Health")), allowed=False)
    ready["responses"]["503"] = _answer(ref("Health")) | {"description": "It cannot; the body says why."}
    return {
        "/": {"get": operation("explain", "How to ask for a prediction", _answer(ref("Usage")), allowed=False)},
        "/predict": {
            "get": operation("explainPredict", "The same", _answer(ref("Usage")), allowed=False),
            "post": operation(
                "predict",
                "The probability that shipments will be late (scope predict)",
                _answer({"oneOf": [ref("Answer"), ref("Answers")]}) | {"links": _LINKS},
                (*_BODY, 409, 503),
                parameters=[_IDEMPOTENCY_KEY],
                requestBody=_body("PredictRequest"),
            ),
        },
        "/outcomes": {
            "post": operation(
                "recordOutcomes",
                "Whether shipments were late in the end (scope outcomes)",
                _answer(ref("Recorded")),
                (*_BODY, 404, 409, 503),
                requestBody=_body("OutcomesRequest"),
            )
        },
        "/predictions/{prediction_id}": {
            "get": operation(
                "getPrediction",
                "A prediction as it was answered, and what became of it (scope predict)",
                _answer(ref("LoggedPrediction")),
                (404, 422, 503),
                parameters=[
                    {
                        "name": "prediction_id",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "format": "uuid"},
                    }
                ],
            )
        },
        "/health": {"get": operation("health", "How the service is", _answer(ref("Health")), allowed=False)},
        "/health/live": {"get": operation("live", "Whether the process lives", _answer(ref("Live")), allowed=False)},
        "/health/ready": {"get": ready},
        "/model/metadata": {
            "get": operation("modelMetadata", "The model that answers (any key)", _answer(ref("Metadata")), (503,))
        },
        "/metrics": {
            "get": operation("metrics", "Figures for Prometheus (any key)", _answer({"type": "string"}, "text/plain"))
        },
        "/admin/reload": {
            "post": operation(
                "reload",
                "Look for another version of the model now (scope admin)",
                _answer(ref("Reloaded")),
                (409, 503),
            )
        },
        "/admin/rollback": {
            "post": operation(
                "rollback",
                "Serve the version before this one (scope admin)",
                _answer(ref("RolledBack")),
                (409, 503),
            )
        },
        "/openapi.json": {"get": operation("openapi", "This document", _answer({"type": "object"}), allowed=False)},
    }


def _answer(shape: Shape, media_type: str = "application/json") -> Shape:
    return {
        "description": "Done.",
        "headers": {"X-Request-ID": _REQUEST_ID},
        "content": {media_type: {"schema": shape}},
    }


def _refusal(code: int) -> Shape:
    headers: Shape = {"X-Request-ID": _REQUEST_ID}
    if code in _WAITS:
        headers["Retry-After"] = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}}
    return {
        "description": _REASONS[code],
        "headers": headers,
        "content": {"application/problem+json": {"schema": ref("Problem")}},
    }


def _body(name: str) -> Shape:
    return {"required": True, "content": {"application/json": {"schema": ref(name)}}}


_X_REQUEST_ID: Shape = {
    "name": "X-Request-ID",
    "in": "header",
    "description": "Your own name for the request, if you have one; it comes back, and stands in logs.",
    "schema": {"type": "string"},
}
_IDEMPOTENCY_KEY: Shape = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Asked again with the same key and body, the first answer comes back and nothing is logged twice.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}
_LINKS: Shape = {
    "prediction": {
        "operationId": "getPrediction",
        "parameters": {"prediction_id": "$response.body#/prediction_id"},
        "description": "The prediction of one shipment, as it was logged.",
    },
    "outcome": {
        "operationId": "recordOutcomes",
        "requestBody": {"data": {"prediction_id": "$response.body#/prediction_id", "late": True}},
        "description": "What became of the one shipment.",
    },
}
