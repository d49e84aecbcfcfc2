"""A made-up table shaped after a real export, the right schema for it, and what a draft has wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from delay_core.schema import ShipmentSchema


@dataclass(frozen=True)
class Export:
    """`labels`, `points`: those that are right, as keys of the label and as columns. `key`, `group`: columns.

    `too_late` columns must be no features, `features` must be some, `personal` are pii. `plain`: label and time are
    named plainly. `mistakes`: what the draft is known to have wrong.
    """

    name: str
    table: Mapping[str, Sequence[Any]]
    labels: tuple[Mapping[str, Any], ...]
    points: tuple[str, ...]
    key: tuple[str, ...]
    group: tuple[str, ...] = ()
    too_late: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    plain: bool = False
    source: Mapping[str, str] = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()

    def lines_to_edit(self, schema: ShipmentSchema | None, text: str) -> tuple[str, ...]:
        """The lines of a draft that a person must edit; `schema` is None if the draft does not parse."""
        if schema is None:
            return tuple(key for key in ("prediction_point", "label") if f"{key}: {{column: '???'" in text)
        return tuple(self._lines_to_edit(schema))

    def row(self) -> str:
        """Its row in the list of the documentation."""
        lines = f"{len(self.mistakes)}: {', '.join(self.mistakes)}" if self.mistakes else "0"
        return f"| {self.name} | {lines} |"

    def _lines_to_edit(self, schema: ShipmentSchema) -> Iterator[str]:
        label = schema.label.model_dump(mode="json", exclude_defaults=True)
        if not any(all(label.get(key) == value for key, value in right.items()) for right in self.labels):
            yield "label"
        if schema.prediction_point.column not in self.points:
            yield "prediction_point"
        if schema.key != self.key:
            yield "key"
        if schema.group != self.group:
            yield "group"
        derived = {name for feature in schema.derived.values() for name in feature.columns}
        used = {*schema.features, *derived, *(part.column for part in schema.calendar)}
        yield from (f"columns.{name}: a feature" for name in self.too_late if name in used)
        yield from (f"columns.{name}: no feature" for name in self.features if name not in used)
        personal = {name for name, column in schema.columns.items() if column.pii}
        yield from (f"columns.{name}.pii" for name in sorted(personal ^ set(self.personal)))
