"""The body of a request as a pydantic model: read within limits, and refused by field."""

from collections.abc import Mapping
from typing import Any, TypeVar

from fastapi import Request
from pydantic import ValidationError

from entrypoints.api.context import ApiContext
from entrypoints.api.json_body import parse_json
from entrypoints.api.payloads import model_violations
from entrypoints.api.problems import violations_problem
from entrypoints.api.request_body import check_is_json, read_body
from entrypoints.api.schemas.base import ApiModel

Model = TypeVar("Model", bound=ApiModel)


async def read_model(request: Request, context: ApiContext, model: type[Model]) -> Model:
    """The body as this model. Raises Problem."""
    _, content = await read_object(request, context)
    return parse_model(content, model)


async def read_object(request: Request, context: ApiContext) -> tuple[bytes, dict[str, Any]]:
    """The body, and the JSON object in it. Raises Problem."""
    headers, settings = request.state.headers, context.settings
    check_is_json(headers)
    body = await read_body(request.receive, headers, settings.body_limit, settings.deadline_seconds)
    return body, await parse_json(body)


def parse_model(content: Mapping[str, Any], model: type[Model]) -> Model:
    """The object as this model. Raises Problem with all violations."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise violations_problem(list(model_violations(error, model))) from None
