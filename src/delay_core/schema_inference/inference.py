"""Everything that is inferred from a sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from delay_core.ports.table_sampler import Sample
from delay_core.reserved_names import RESERVED_NAMES
from delay_core.schema_inference.detection.availability import Availability, infer_availability
from delay_core.schema_inference.detection.column_roles import InferredRole, infer_role
from delay_core.schema_inference.detection.coordinates import axis_order
from delay_core.schema_inference.detection.derived_features import DerivedFeatureCandidate, find_derived_features
from delay_core.schema_inference.detection.groups import Lifetimes, find_group, is_entity
from delay_core.schema_inference.detection.label import LabelCandidate, choose_label
from delay_core.schema_inference.detection.redundant_columns import find_redundant_columns
from delay_core.schema_inference.detection.row_rules import (
    ExclusionCandidate,
    KeyCandidate,
    find_exclusions,
    find_key,
)
from delay_core.schema_inference.detection.snapshot import SnapshotCandidate, find_snapshot
from delay_core.schema_inference.detection.split_dates import SplitDateCandidate, compose_split_dates
from delay_core.schema_inference.detection.timestamps import PredictionPointCandidate, choose_prediction_point
from delay_core.schema_inference.profiling.date_formats import Timestamps
from delay_core.schema_inference.profiling.table_profile import TableProfile, profile_table


@dataclass(frozen=True)
class InferredSchema:
    """The profile of the table, and what its columns are to a schema; columns have their names in the file.

    The table has a column for each of the split dates, which the file does not have.
    """

    sample: Sample
    table: TableProfile
    roles: Mapping[str, InferredRole]
    point: PredictionPointCandidate
    label: LabelCandidate
    key: KeyCandidate
    group: KeyCandidate
    exclusions: tuple[ExclusionCandidate, ...]
    snapshot: SnapshotCandidate
    availability: Mapping[str, Availability]
    features: tuple[DerivedFeatureCandidate, ...]
    split_dates: tuple[SplitDateCandidate, ...]

    @cached_property
    def schema_names(self) -> dict[str, str]:
        """Names in the file → names in the schema; they differ if the file uses a reserved name."""
        used = set(self.table.columns)
        schema_names = {}
        for name in self.table.columns:
            schema_name = name
            if name in RESERVED_NAMES and self.roles[name].name != "ignored" and not self.is_post_hoc(name):
                schema_name = f"{name.replace('_', ' ')} in the table"
                while schema_name in used:
                    schema_name += "'"
            schema_names[name] = schema_name
        return schema_names

    def is_post_hoc(self, name: str) -> bool:
        """Whether the column is known only after the prediction point."""
        return name in self.availability and self.availability[name].stage.comes_after(self.point.stage)


def infer(sample: Sample) -> InferredSchema:
    """The schema that the sample suggests."""
    table, split_dates = compose_split_dates(profile_table(sample))
    label = choose_label(table)
    point = choose_prediction_point(table, label.actual)
    lifetimes = Lifetimes(_row_times(table, point))
    exclusions = tuple(find_exclusions(table))
    roles = _infer_roles(table, split_dates, point, label, lifetimes, exclusions)
    key = find_key(table, roles)
    group = find_group(table, roles, key, label.outcome, lifetimes)
    availability = infer_availability(table, roles, point, label, exclusions)
    late = {name for name, known in availability.items() if known.stage.comes_after(point.stage)}
    unusable = late | {name for name, role in roles.items() if role.name == "ignored"}
    features = tuple(find_derived_features(table, roles, unusable, point.column))
    return InferredSchema(
        sample,
        table,
        roles,
        point,
        label,
        key,
        group,
        exclusions,
        find_snapshot(table, point, label, exclusions),
        availability,
        features,
        split_dates,
    )


def _row_times(table: TableProfile, point: PredictionPointCandidate) -> Timestamps:
    """The time of each row: its prediction point, else its most complete timestamp; NaT without any."""
    timestamps = [column for column in table.columns.values() if column.dates is not None]
    if point.column is None and not timestamps:
        return np.full(table.rows, np.datetime64("NaT", "us"))
    best = max(timestamps, key=lambda column: (column.name == point.column, column.present_rows))
    return best.row_timestamps


def _infer_roles(
    table: TableProfile,
    split_dates: Sequence[SplitDateCandidate],
    point: PredictionPointCandidate,
    label: LabelCandidate,
    lifetimes: Lifetimes,
    exclusions: Sequence[ExclusionCandidate],
) -> dict[str, InferredRole]:
    """The role of each column by itself, and then beside the others: redundant columns, and entities."""
    roles = {name: infer_role(column) for name, column in table.columns.items()}
    for name, column in table.columns.items():
        if roles[name].name != "ignored" and axis_order(column, table.number_format.decimal):
            roles[name] = InferredRole("coordinates")
    for split in split_dates:
        parts = {name: InferredRole("ignored", f"the {part} of {split.name}") for part, name in split.parts.items()}
        roles |= {split.name: InferredRole("timestamp", split.evidence), **parts}
    protected = {*label.columns, *label.related_columns, *(exclusion.column for exclusion in exclusions)}
    protected |= {split.name for split in split_dates}
    if point.column is not None:
        protected.add(point.column)
    for name, reason in find_redundant_columns(table, roles, protected).items():
        roles[name] = InferredRole("ignored", reason)
    for name, column in table.columns.items():
        if roles[name].name == "identifier" and is_entity(column, lifetimes):
            reason = f"{column.distinct:,} values that come back: {lifetimes.describe(column)}; no group"
            roles[name] = InferredRole("categorical", reason)
    return roles
