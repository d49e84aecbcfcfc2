"""POST /schema-draft: for users of this machine, a first schema for a table of theirs."""

import asyncio
from ipaddress import ip_address
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool

from delay_core.reports import SchemaCheck
from entrypoints.api.context import ApiContext, Context
from entrypoints.api.problems import Problem
from entrypoints.api.request_body import check_is_uncompressed, read_body
from entrypoints.api.routes.responses import BODY_ERRORS, problems
from entrypoints.api.routing import ApiRoute
from entrypoints.api.schemas import SchemaDraft
from entrypoints.api.schemas.schema_drafts import DraftCheck, DraftColumn, DraftProblem
from entrypoints.api.security.access_control import requires
from entrypoints.keys import Scope
from entrypoints.table_process import client
from entrypoints.table_process.messages import DraftContent

router = APIRouter(route_class=ApiRoute, tags=["administration"], dependencies=[requires(Scope.ADMIN)])

_MEDIA_TYPE = "application/octet-stream"
_BODY = {"content": {_MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}, "required": True}
_draft_running = asyncio.Lock()
"""One table at a time: a draft takes the processor for seconds."""


@router.post(
    "/schema-draft",
    summary="Draft a schema from a table, on this machine",
    responses=problems(*BODY_ERRORS, 404, 503),
    openapi_extra={"requestBody": _BODY},
)
async def draft_schema(
    request: Request,
    context: Context,
    name: Annotated[
        str, Query(min_length=1, max_length=200, description="Name of the file; its suffix is the format.")
    ],
) -> SchemaDraft:
    """The body is a CSV, XLSX or Parquet file. Nothing is stored; a child process with limits reads the table."""
    _check_access(request, context)
    if request.state.headers.get(b"content-type") != _MEDIA_TYPE.encode():
        raise Problem(415, f"the body must be {_MEDIA_TYPE}: the file itself")
    check_is_uncompressed(request.state.headers)
    content = await read_body(
        request.receive, request.state.headers, client.MAX_FILE_BYTES, context.settings.deadline_seconds
    )
    if _draft_running.locked():
        raise Problem(503, "another table is being read; retry", headers={"Retry-After": "5"})
    async with _draft_running:
        try:
            return to_response(await run_in_threadpool(client.draft_schema, name, content))
        except client.UnreadableTable as error:
            raise Problem(422, str(error)) from None


def _check_access(request: Request, context: ApiContext) -> None:
    """Raises Problem unless drafts are on, and the client is on this machine."""
    settings = context.settings
    is_on = settings.schema_drafts if settings.schema_drafts is not None else settings.keys is None
    if not is_on:
        raise Problem(404, "schema drafts are switched off here (DELAY_API__SCHEMA_DRAFTS)")
    if request.client is None or not ip_address(request.client.host).is_loopback:
        raise Problem(403, "schema drafts are for clients on the machine of the API")


def to_response(content: DraftContent) -> SchemaDraft:
    """The draft and its check as the API describes them."""
    if content.check is None:
        return SchemaDraft(draft=content.draft, check=None, problem=content.problem)
    report = SchemaCheck.model_validate(content.check)
    check = DraftCheck(
        read=report.rows.read,
        accepted=report.rows.accepted,
        quarantined=report.rows.quarantined,
        excluded=report.rows.excluded,
        late=report.late,
        on_time=report.on_time,
        open=report.open,
        refusal=report.refusal,
        problems=[
            DraftProblem(rule=item.rule, rows=item.rows, first_row=item.source_row, example=item.example)
            for item in report.problems
        ],
        columns=[
            DraftColumn(
                name=column.name, use=column.use, missing=column.missing, refused=report.refused.get(column.name)
            )
            for column in report.columns
        ],
        advice=list(report.advice),
    )
    return SchemaDraft(draft=content.draft, check=check, problem=None)
