"""GET /schema: the schema of the serving model, for forms and for reading files."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter

from delay_core.parsing.date_formats import may_be_day
from delay_core.schema import RequestField, ShipmentSchema, example_shipment, request_fields
from delay_core.schema.actionable import actionable_columns
from delay_core.schema.position import position_columns
from entrypoints.api.context import Context
from entrypoints.api.routes.responses import problems
from entrypoints.api.routing import ApiRoute
from entrypoints.api.schemas import SchemaDescription, SchemaField
from entrypoints.api.schemas.predictions import Costs
from entrypoints.api.schemas.shipment_schema import CoordinateFields, SourceDescription
from entrypoints.api.security.access_control import requires

router = APIRouter(route_class=ApiRoute, tags=["planning"], dependencies=[requires()])


@router.get("/schema", summary="The fields of a shipment, for forms (any key)", responses=problems())
async def shipment_schema(context: Context) -> SchemaDescription:
    """Fields with words, units, ranges, categories and an example; the format of files; the costs of mistakes."""
    model, schema = context.watcher.model, context.schema
    bundle = None if model is None else model.predictor.bundle
    return describe_schema(
        schema,
        actionable=actionable_columns(schema, context.default_schema),
        typical={} if bundle is None or bundle.reference is None else bundle.reference.typical_values,
        coverage=None if bundle is None else bundle.label_sets.level,
        max_shipments=context.settings.batch_limit,
    )


def describe_schema(
    schema: ShipmentSchema,
    *,
    actionable: frozenset[str],
    typical: Mapping[str, str | float],
    coverage: float | None,
    max_shipments: int,
) -> SchemaDescription:
    """The schema without its columns of personal data.

    `actionable`: fields that a planner can change. `typical`: example values of columns, instead of those that the
    limits suggest.
    """
    position, source = position_columns(schema), schema.source
    example = {name: typical.get(name, value) for name, value in example_shipment(schema).items()}
    return SchemaDescription(
        name=schema.name,
        digest=schema.digest,
        description=schema.description,
        late_means=schema.label.condition(),
        prediction_point=schema.prediction_point.sort_column,
        key=list(schema.key),
        fields=[_field(schema, field, example, actionable) for field in request_fields(schema)],
        example=example,
        source=SourceDescription.model_validate(source.model_dump(include=set(SourceDescription.model_fields))),
        coordinates=None if position is None else CoordinateFields(**asdict(position)),
        costs=None if schema.costs is None else Costs.model_validate(schema.costs.model_dump()),
        coverage=coverage,
        max_shipments=max_shipments,
    )


def _field(
    schema: ShipmentSchema, field: RequestField, example: dict[str, str | float], actionable: frozenset[str]
) -> SchemaField:
    column = schema.columns[field.name]
    return SchemaField(
        **asdict(field),
        role=column.role,
        description=column.description,
        unit=column.unit,
        minimum=column.minimum,
        maximum=column.maximum,
        earliest=_in_utc(column.earliest, schema),
        latest=_in_utc(column.latest, schema),
        date_format=_date_format(schema, field),
        categories=list(column.categories or ()),
        other_categories=column.role == "categorical" and column.unseen != "refuse",
        aliases=list(column.aliases),
        actionable=field.name in actionable,
        example=example.get(field.name),
    )


def _date_format(schema: ShipmentSchema, field: RequestField) -> str | None:
    """The first format of the schema that writes the field; of a day beside a time of day, the first of days."""
    if field.type != "time":
        return None
    is_moment = schema.columns[field.name].role == "timestamp"
    return next(form for form in schema.source.date_formats if is_moment or may_be_day(form))


def _in_utc(moment: datetime | None, schema: ShipmentSchema) -> datetime | None:
    if moment is None:
        return None
    local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(schema.source.timezone))
    return local.astimezone(UTC)
