"""What the serving model says about a logged shipment, as it was sent and with other values of actionable columns."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from delay_core.errors import OutdatedShipment, ShipmentValidationError
from delay_core.explanation import Reason
from delay_core.prediction import PredictionBatch
from delay_core.predictor import Predictor
from delay_core.schema import ShipmentSchema
from delay_core.violations import Violation, ViolationCode, format_names, unknown_field

if TYPE_CHECKING:
    from delay_core.request_parsing import Request

POINTS = 100
"""Percentage points of a probability of one."""


@dataclass(frozen=True, slots=True)
class ExplainedState:
    """The prediction for one state of a shipment. `base_probability` and the points of the reasons add up to it."""

    probability: float
    base_probability: float
    label_set: str
    act: bool
    cost_of_acting: float
    cost_of_waiting: float
    reasons: tuple[Reason, ...]


def predict_changed(
    predictor: Predictor, shipment: Mapping[str, object], changes: Mapping[str, object], actionable: Collection[str]
) -> tuple[ExplainedState, ExplainedState | None]:
    """The states of the shipment as it was sent, and with the changes, if there are any.

    Raises ShipmentValidationError for a change of a column that is not `actionable` and for a value that the schema
    refuses; OutdatedShipment if the schema refuses the shipment as it was sent.
    """
    schema = predictor.bundle.schema
    violations = list(_refused_changes(schema, changes, actionable))
    if violations:
        raise ShipmentValidationError(violations)
    requests: list[Request] = [[shipment], [_with_changes(schema, shipment, changes)]] if changes else [[shipment]]
    batch = predictor.parse(requests)
    current, *changed = batch.results
    if isinstance(current, ShipmentValidationError):
        raise OutdatedShipment([replace(violation, row=None) for violation in current.violations])
    for result in changed:
        if isinstance(result, ShipmentValidationError):
            raise ShipmentValidationError([replace(violation, row=None) for violation in result.violations])
    states = list(_states(predictor.predict_parsed(batch.shipments, explained=True)))
    return states[0], states[1] if changes else None


def _refused_changes(
    schema: ShipmentSchema, changes: Mapping[str, object], actionable: Collection[str]
) -> Iterator[Violation]:
    known = {alias for alias, name in schema.aliases.items() if not schema.columns[name].pii}
    columns = [schema.aliases[field] for field in changes if field in known]
    for field in changes:
        if field not in known:
            yield unknown_field(field, tuple(actionable))
        elif schema.aliases[field] not in actionable:
            allowed = format_names(sorted(actionable)) if actionable else "none: the schema marks no column"
            reason = f"a planner cannot change this field; fields that can be changed: {allowed}"
            yield Violation(field, ViolationCode.INVALID_VALUE, {"reason": reason})
        elif columns.count(schema.aliases[field]) > 1:
            yield Violation(field, ViolationCode.DUPLICATE_FIELD)


def _with_changes(
    schema: ShipmentSchema, shipment: Mapping[str, object], changes: Mapping[str, object]
) -> dict[str, object]:
    """The shipment with the changes, each under the name of its column."""
    renamed = {schema.aliases[field]: value for field, value in changes.items()}
    return {field: value for field, value in shipment.items() if schema.aliases.get(field) not in renamed} | renamed


def _states(predictions: PredictionBatch) -> Iterator[ExplainedState]:
    decisions = predictions.decisions
    for row, reasons in enumerate(predictions.reasons or ()):
        probability = float(predictions.probabilities[row])
        base = probability - sum(reason.points for reason in reasons) / POINTS
        yield ExplainedState(
            probability=probability,
            base_probability=min(max(base, 0.0), 1.0),
            label_set=predictions.label_sets[row],
            act=bool(decisions.act[row]),
            cost_of_acting=float(decisions.if_acting[row]),
            cost_of_waiting=float(decisions.if_waiting[row]),
            reasons=reasons,
        )
