"""Check a schema against a table: what would be accepted, quarantined and refused, and why; nothing is stored."""

from collections import Counter
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from delay_core.errors import TrainingRefused
from delay_core.groups import group_codes
from delay_core.ports.progress import Progress
from delay_core.ports.shipment_source import ShipmentSource
from delay_core.reports import ColumnCheck, RowCounts, RuleViolations, SchemaCheck
from delay_core.schema import ShipmentSchema
from delay_core.schema.fields import column_uses
from delay_core.splits import PARTS, SplitPolicy, Timeline, split_by_time
from delay_core.validation import KNOWN_AT, LATE, UNREADABLE, Counts, ShipmentValidator, instant

MANY_MISSING = 0.5
MANY_QUARANTINED = 0.1


@dataclass(frozen=True)
class CheckSchema:
    """Reads the whole table once, in chunks; keeps of a row its times, its outcome and its groups."""

    source: ShipmentSource
    progress: Progress
    policy: SplitPolicy

    def __call__(self, schema: ShipmentSchema, url: str) -> SchemaCheck:
        """Raises SourceError when the table cannot be read, or lacks a column that the schema needs."""
        self.progress.step(f"Checking {url}")
        validator = ShipmentValidator(schema)
        names: dict[str, str] = {}
        counts, problems, examples = Counts(), Counter[str](), dict[str, tuple[int, str]]()
        missing, kept = Counter[str](), list[pd.DataFrame]()
        for chunk in self.source.chunks(url, schema):
            names = {schema.aliases[name]: name for name in map(str, chunk.columns) if name in schema.aliases}
            foreign = [name for name in map(str, chunk.columns) if name not in schema.aliases and name != UNREADABLE]
            sorted_out = validator.sort_out(chunk)
            accepted = sorted_out.accepted
            counts += sorted_out.counts
            problems += sorted_out.problems
            examples = {**sorted_out.examples, **examples}
            missing += Counter({name: int(accepted[name].isna().sum()) for name in schema.persisted_columns})
            kept.append(accepted[[LATE, KNOWN_AT, *dict.fromkeys((schema.prediction_point.column, *schema.group))]])
            self.progress.advance(len(chunk))
        rows = pd.concat(kept, ignore_index=True)
        parts, refusal = self._parts(schema, rows)
        found = [
            ColumnCheck(name=name, found=names.get(name), use=use, missing=missing[name])
            for name, use in column_uses(schema).items()
        ]
        return SchemaCheck(
            source=url,
            rows=RowCounts(**asdict(counts)),
            late=int((rows[LATE] == 1).sum()),
            on_time=int((rows[LATE] == 0).sum()),
            open=int(rows[LATE].isna().sum()),
            problems=tuple(
                RuleViolations(rule=rule, rows=count, source_row=examples[rule][0], example=examples[rule][1])
                for rule, count in problems.most_common()
            ),
            columns=tuple(found),
            foreign=tuple(foreign),
            refused=schema.post_hoc_columns,
            parts=parts,
            refusal=refusal,
            advice=tuple(_advice(schema, counts, found)),
        )

    def _parts(self, schema: ShipmentSchema, rows: pd.DataFrame) -> tuple[dict[str, int], str | None]:
        times, known_at = (
            rows[name].dt.tz_localize(None).to_numpy() for name in (schema.prediction_point.column, KNOWN_AT)
        )
        groups = group_codes([rows[name] for name in schema.group]) if schema.group and len(rows) else None
        snapshot = instant(schema.snapshot, schema.source.timezone) if schema.snapshot else None
        late = rows[LATE].to_numpy()
        try:
            part = split_by_time(Timeline(times, late, known_at, groups, snapshot), self.policy)
        except TrainingRefused as refused:
            return {}, str(refused)
        sizes = {name: int((part == code).sum()) for name, code in PARTS.items()}
        one_class = [name for name, code in PARTS.items() if len(np.unique(late[part == code])) < 2]
        return sizes, f"the {one_class[0]} part holds one class only" if one_class else None


def _advice(schema: ShipmentSchema, counts: Counts, columns: list[ColumnCheck]) -> list[str]:
    """What is allowed, and yet seldom meant."""
    said = []
    if schema.label.column is not None and not schema.label.known_after:
        said.append(
            "label.known_after is zero: an outcome would be known at the moment of its prediction; say how long until "
            "it is on record"
        )
    if not schema.key:
        said.append("no key: a row is named by its content, and a row that changed is another row")
    if counts.quarantined > MANY_QUARANTINED * max(counts.read, 1):
        said.append(f"{counts.quarantined / counts.read:.0%} of the rows would be quarantined")
    said += [
        f"{column.name}: {column.missing / counts.accepted:.0%} of the accepted rows have no value"
        for column in columns
        if counts.accepted and column.missing > MANY_MISSING * counts.accepted
    ]
    return said
