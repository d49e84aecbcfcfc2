"""Check a schema against a table: what is accepted, quarantined and refused, and why. Nothing is stored."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.equal_columns import EqualColumns, repeated_features
from delay_core.errors import TrainingRefused
from delay_core.features import to_arrays
from delay_core.groups import group_codes
from delay_core.joins import JoinedTable
from delay_core.leakage import LeakageFinding, describe_leaks
from delay_core.left_out import LeftOutCause, count_left_out
from delay_core.parsing import instant
from delay_core.ports.leakage_probe import LeakageProbe
from delay_core.ports.progress import Progress
from delay_core.ports.shipment_source import ShipmentSource
from delay_core.reports import ColumnCheck, JoinCounts, RowCounts, RuleViolations, SchemaCheck
from delay_core.schema import ShipmentSchema
from delay_core.schema.fields import column_uses
from delay_core.schema.shipment_schema import ORDER_LIMIT
from delay_core.source_notes import Notes, describe_notes
from delay_core.splits import SPLITS, SplitInputs, SplitPolicy, split_by_time
from delay_core.table_urls import without_password
from delay_core.training.leakage_screening import LeakageScreening, screened_columns
from delay_core.training.row_sample import RowSample
from delay_core.validation import KNOWN_AT, LATE, UNREADABLE, ShipmentValidator, row_times
from delay_core.violations import Rule, Violation

MAX_MISSING_SHARE = 0.5
MAX_QUARANTINED_SHARE = 0.1
MAX_GROUPED_SHARE = 0.1


@dataclass(frozen=True)
class CheckSchema:
    """Reads the whole table once, in chunks; keeps of a row its times, its label and its groups, and some rows."""

    source: ShipmentSource
    progress: Progress
    policy: SplitPolicy
    probe: Callable[[], LeakageProbe]

    def __call__(self, schema: ShipmentSchema, url: str) -> SchemaCheck:
        """Raises SourceError when the table cannot be read, or lacks a column that the schema needs."""
        self.progress.step(f"Checking {without_password(url)}")
        validator = ShipmentValidator(schema)
        notes: Notes = Counter()
        names: dict[str, str] = {}
        unknown: list[str] = []
        counts, broken_rules, first = RowCounts(), Counter[Rule](), dict[Rule, Violation]()
        missing, labeled = Counter[str](), list[pd.DataFrame]()
        label_columns = [LATE, KNOWN_AT, *dict.fromkeys((schema.prediction_point.sort_column, *schema.group))]
        equal_columns, sample = EqualColumns(schema.persisted_columns), RowSample()
        table = JoinedTable(self.source, url, schema)
        for joined in table.chunks():
            chunk = joined.rows
            header = [str(name) for name in chunk.columns]
            names = {schema.aliases[name]: name for name in header if name in schema.aliases}
            unknown = [name for name in header if name not in schema.aliases and name != UNREADABLE]
            result = validator.validate(chunk, joined.broken_rules)
            notes += result.notes
            counts += result.counts
            broken_rules += result.broken_rules
            first = {**result.first, **first}
            missing += Counter({name: int(result.accepted[name].isna().sum()) for name in schema.persisted_columns})
            equal_columns.add(to_arrays(result.accepted, schema.persisted_columns))
            sample.add(to_arrays(result.accepted, screened_columns(schema)), len(result.accepted))
            labeled.append(result.accepted[label_columns])
            self.progress.advance(len(chunk))
        rows = pd.concat(labeled, ignore_index=True)
        split, refusal = self._split(schema, rows)
        parts = {} if split is None else {name: int((split == code).sum()) for name, code in SPLITS.items()}
        left_out = {} if split is None else count_left_out(split)
        findings = () if split is None or refusal else self._screen(schema, rows, split, sample)
        leaks = [finding for finding in findings if finding.is_leak]
        columns = tuple(
            ColumnCheck(name=name, file_column=names.get(name), use=use, missing=missing[name])
            for name, use in column_uses(schema).items()
        )
        return SchemaCheck(
            source=without_password(url),
            rows=counts,
            late=int((rows[LATE] == 1).sum()),
            on_time=int((rows[LATE] == 0).sum()),
            open=int(rows[LATE].isna().sum()),
            problems=tuple(_rule_counts(broken_rules, first)),
            columns=columns,
            foreign=(*unknown, *table.unused_columns),
            notes=describe_notes(notes, schema.aliases),
            refused=schema.post_hoc_columns | repeated_features(schema, equal_columns.groups),
            equal_columns=equal_columns.groups,
            parts=parts,
            left_out=left_out,
            refusal=describe_leaks(leaks) if leaks else refusal,
            advice=(
                *_advice(schema, counts, columns, left_out),
                *_join_advice(table.counts),
                *(finding.question for finding in findings if finding.question is not None),
            ),
            joins=table.counts,
        )

    def _split(self, schema: ShipmentSchema, rows: pd.DataFrame) -> tuple[NDArray[np.int8] | None, str | None]:
        """The split of each row [rows], and the reason why no model can be trained; None for what there is not."""
        columns = to_arrays(rows, (LATE, KNOWN_AT, schema.prediction_point.sort_column))
        late, times, known_at = columns[LATE], row_times(schema, columns), columns[KNOWN_AT]
        snapshot = instant(schema.snapshot, schema.source.timezone) if schema.snapshot else None
        try:
            split = split_by_time(SplitInputs(times, late, known_at, _groups(schema, rows), snapshot), self.policy)
        except TrainingRefused as error:
            return None, str(error)
        one_class = [name for name, code in SPLITS.items() if len(np.unique(late[split == code])) < 2]
        return split, f"the {one_class[0]} split holds one class only" if one_class else None

    def _screen(
        self, schema: ShipmentSchema, rows: pd.DataFrame, split: NDArray[np.int8], sample: RowSample
    ) -> tuple[LeakageFinding, ...]:
        """What the training would refuse, in the sampled rows before the test split, in time order."""
        positions, columns = sample.take()
        times = row_times(schema, to_arrays(rows, (schema.prediction_point.sort_column,)))[positions]
        order = np.argsort(times, kind="stable")
        order = order[np.isin(split[positions[order]], [SPLITS["train"], SPLITS["validation"]])]
        groups, chosen = _groups(schema, rows), positions[order]
        return LeakageScreening(schema, self.probe)(
            {name: values[order] for name, values in columns.items()},
            rows[LATE].to_numpy()[chosen].astype(np.int8),
            None if groups is None else groups[chosen],
        )


def _groups(schema: ShipmentSchema, rows: pd.DataFrame) -> NDArray[np.int64] | None:
    """The group of each row [rows]; None without groups."""
    return group_codes([rows[name] for name in schema.group]) if schema.group and len(rows) else None


def _rule_counts(broken_rules: Counter[Rule], first: dict[Rule, Violation]) -> Iterator[RuleViolations]:
    """The most frequent first."""
    for rule, rows in broken_rules.most_common():
        violation = first[rule]
        yield RuleViolations(
            rule=str(rule),
            field=rule.field,
            code=rule.code,
            rows=rows,
            source_row=violation.row or 0,
            example=str(violation),
        )


def _join_advice(joins: Sequence[JoinCounts]) -> Iterator[str]:
    for join in joins:
        rows = join.matched + join.unmatched
        if join.unmatched > MAX_MISSING_SHARE * rows:
            yield f"{join.table}: {join.unmatched / rows:.0%} of the rows have no match; are the keys written alike?"


def _advice(
    schema: ShipmentSchema, counts: RowCounts, columns: Sequence[ColumnCheck], left_out: Mapping[LeftOutCause, int]
) -> Iterator[str]:
    """What is allowed and rarely intended."""
    if schema.prediction_point.column is None:
        yield f"prediction_point.order_by is an order without times: {ORDER_LIMIT}"
    elif schema.label.kind != "dates" and not schema.label.known_after:
        yield (
            "label.known_after is zero: an outcome would be known at the moment of its prediction; say how long until "
            "it is on record"
        )
    if not schema.key:
        yield "no key: a row is identified by its content, and a row that changes becomes another row"
    if counts.quarantined > MAX_QUARANTINED_SHARE * max(counts.read, 1):
        yield f"{counts.quarantined / counts.read:.0%} of the rows would be quarantined"
    grouped = left_out.get(LeftOutCause.GROUP_SPANS_CUT, 0)
    if grouped > MAX_GROUPED_SHARE * counts.accepted:
        yield (
            f"group {' and '.join(schema.group)} leaves out {grouped / counts.accepted:.0%} of the accepted rows: a "
            "group is the rows of one shipment or order; a seller, vehicle or customer is a categorical column or the "
            "column of a late_rate"
        )
    for column in columns:
        if counts.accepted and column.missing > MAX_MISSING_SHARE * counts.accepted:
            yield f"{column.name}: {column.missing / counts.accepted:.0%} of the accepted rows have no value"
