"""The REST API as typed methods: one per endpoint, with the API's own models."""

from typing import Self, TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from entrypoints.api.schemas import (
    ActionList,
    ActionRequest,
    ActionResponse,
    Answers,
    Health,
    LoggedPrediction,
    Metadata,
    Models,
    Monitoring,
    OutcomesRequest,
    OutcomesResponse,
    PredictionList,
    PredictRequest,
    ProblemDetails,
    Reliability,
    SchemaDescription,
    SchemaDraft,
    WhatIf,
    WhatIfRequest,
    Worklist,
)
from entrypoints.settings import UiSettings
from entrypoints.ui.errors import ApiError, ApiErrorCode
from entrypoints.ui.queries import ActionQuery, PredictionQuery, QueryValue, WorklistQuery

Model = TypeVar("Model", bound=BaseModel)

_CODES = {
    400: ApiErrorCode.INVALID,
    401: ApiErrorCode.UNAUTHORIZED,
    403: ApiErrorCode.FORBIDDEN,
    404: ApiErrorCode.NOT_FOUND,
    409: ApiErrorCode.CONFLICT,
    413: ApiErrorCode.INVALID,
    422: ApiErrorCode.INVALID,
    429: ApiErrorCode.UNAVAILABLE,
    503: ApiErrorCode.UNAVAILABLE,
}
DRAFT_SECONDS = 150.0
IDEMPOTENCY_KEY = "Idempotency-Key"


class ApiClient:
    """Every method raises ApiError. A client may be used by several threads at the same time."""

    def __init__(self, settings: UiSettings) -> None:
        key = settings.api_key
        self._settings = settings
        self._http = httpx.Client(
            base_url=settings.api_url,
            timeout=httpx.Timeout(settings.response_seconds, connect=settings.connect_seconds),
            headers={"Authorization": f"Bearer {key.get_secret_value()}"} if key else {},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def health(self) -> Health:
        """The state of the service and its dependencies."""
        return self._get("/health", Health)

    def schema(self) -> SchemaDescription:
        """The fields of a shipment."""
        return self._get("/schema", SchemaDescription)

    def worklist(self, query: WorklistQuery) -> Worklist:
        """Open shipments by expected saving."""
        return self._get("/worklist", Worklist, query.to_params())

    def predictions(self, query: PredictionQuery) -> PredictionList:
        """Logged predictions, the newest first."""
        return self._get("/predictions", PredictionList, query.to_params())

    def prediction(self, prediction_id: UUID) -> LoggedPrediction:
        """A logged prediction and its outcome."""
        return self._get(f"/predictions/{prediction_id}", LoggedPrediction)

    def actions(self, query: ActionQuery) -> ActionList:
        """Actions, the newest first."""
        return self._get("/actions", ActionList, query.to_params())

    def models(self) -> Models:
        """Versions of the model, and decisions about them."""
        return self._get("/models", Models)

    def metadata(self) -> Metadata:
        """The model that serves."""
        return self._get("/model/metadata", Metadata)

    def reliability(self, weeks: int = 12) -> Reliability:
        """The share that came late, by predicted probability and week."""
        return self._get("/reliability", Reliability, {"weeks": str(weeks)})

    def monitoring(self, limit: int = 7) -> Monitoring:
        """The newest windows of monitoring."""
        return self._get("/monitoring", Monitoring, {"limit": str(limit)})

    def predict(self, request: PredictRequest, idempotency_key: str) -> Answers:
        """Predict a list of shipments; a repeated key gets the first response and logs nothing again."""
        return self._post("/predict", request, Answers, {IDEMPOTENCY_KEY: idempotency_key})

    def what_if(self, request: WhatIfRequest) -> WhatIf:
        """The probability of a shipment if some of its fields were other ones."""
        return self._post("/what-if", request, WhatIf)

    def record_action(self, request: ActionRequest) -> ActionResponse:
        """Record an action; a repeated `action_id` records nothing again."""
        return self._post("/actions", request, ActionResponse)

    def record_outcomes(self, request: OutcomesRequest) -> OutcomesResponse:
        """Record outcomes, all of them or none; a repeated request changes nothing."""
        return self._post("/outcomes", request, OutcomesResponse)

    def draft_schema(self, name: str, content: bytes) -> SchemaDraft:
        """A first schema for the table in this file; the API reads it for minutes at most."""
        headers = {"Content-Type": "application/octet-stream"}
        request = self._http.build_request(
            "POST", "/schema-draft", params={"name": name}, content=content, headers=headers, timeout=DRAFT_SECONDS
        )
        return self._send(request, SchemaDraft)

    def _get(self, path: str, model: type[Model], params: dict[str, QueryValue] | None = None) -> Model:
        return self._send(self._http.build_request("GET", path, params=params), model)

    def _post(self, path: str, body: BaseModel, model: type[Model], headers: dict[str, str] | None = None) -> Model:
        content = body.model_dump_json(exclude_unset=True)
        headers = {"Content-Type": "application/json", **(headers or {})}
        return self._send(self._http.build_request("POST", path, content=content, headers=headers), model)

    def _send(self, request: httpx.Request, model: type[Model]) -> Model:
        try:
            response = self._http.send(request)
        except httpx.ConnectTimeout:
            raise self._error(ApiErrorCode.UNREACHABLE) from None
        except httpx.TimeoutException:
            raise self._error(ApiErrorCode.SLOW, seconds=self._settings.response_seconds) from None
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise self._error(ApiErrorCode.UNREACHABLE, str(error)) from None
        if not response.is_success:
            raise self._refusal(response)
        try:
            return model.model_validate_json(response.content, extra="ignore")
        except ValidationError as error:
            fields = ", ".join(sorted({".".join(map(str, item["loc"])) or "body" for item in error.errors()})[:3])
            detail = f"{request.method} {request.url.path}: unexpected {fields}"
            raise self._error(ApiErrorCode.UNEXPECTED, detail) from None

    def _refusal(self, response: httpx.Response) -> ApiError:
        code = _CODES.get(response.status_code, ApiErrorCode.UNEXPECTED)
        try:
            problem = ProblemDetails.model_validate_json(response.content, extra="ignore")
        except ValidationError:
            return self._error(ApiErrorCode.UNEXPECTED, f"status {response.status_code} of {response.request.url.path}")
        if code is ApiErrorCode.UNAVAILABLE and not self._has_model():
            code = ApiErrorCode.NO_MODEL
        return ApiError(
            code,
            self._settings.api_url,
            problem.detail,
            tuple(problem.errors),
            problem.request_id,
            _seconds(response.headers.get("Retry-After")),
        )

    def _has_model(self) -> bool:
        """Whether a model serves; true if that is unknown."""
        try:
            return Health.model_validate_json(self._http.get("/health").content, extra="ignore").model_loaded
        except (httpx.HTTPError, ValidationError):
            return True

    def _error(self, code: ApiErrorCode, detail: str = "", seconds: float | None = None) -> ApiError:
        return ApiError(code, self._settings.api_url, detail, seconds=seconds)


def _seconds(value: str | None) -> float | None:
    return float(value) if value is not None and value.isdecimal() else None
