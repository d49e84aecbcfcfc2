"""Everything that is inferred from a sample."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from delay_core.ports.table_sampler import Sample
from delay_core.reserved_names import RESERVED_NAMES
from delay_core.schema_inference.detection.availability import Availability, infer_availability
from delay_core.schema_inference.detection.column_roles import InferredRole, infer_role
from delay_core.schema_inference.detection.derived_features import DerivedFeatureCandidate, find_derived_features
from delay_core.schema_inference.detection.label import LabelCandidate, choose_label
from delay_core.schema_inference.detection.row_rules import (
    ExclusionCandidate,
    KeyCandidate,
    find_exclusions,
    find_group,
    find_key,
)
from delay_core.schema_inference.detection.timestamps import PredictionPointCandidate, choose_prediction_point
from delay_core.schema_inference.profiling.table_profile import TableProfile, profile_table


@dataclass(frozen=True)
class InferredSchema:
    """The profile of the table, and what its columns are to a schema; columns have their names in the file."""

    sample: Sample
    table: TableProfile
    roles: Mapping[str, InferredRole]
    point: PredictionPointCandidate
    label: LabelCandidate
    key: KeyCandidate
    group: KeyCandidate
    exclusions: tuple[ExclusionCandidate, ...]
    availability: Mapping[str, Availability]
    features: tuple[DerivedFeatureCandidate, ...]

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
    table = profile_table(sample)
    roles = {name: infer_role(column) for name, column in table.columns.items()}
    label = choose_label(table)
    point = choose_prediction_point(table, label.actual)
    exclusions = tuple(find_exclusions(table))
    key = find_key(table, roles)
    group = find_group(table, roles, key, label.outcome)
    availability = infer_availability(table, roles, point, label, exclusions)
    late = {name for name, known in availability.items() if known.stage.comes_after(point.stage)}
    unusable = late | {name for name, role in roles.items() if role.name == "ignored"}
    features = tuple(find_derived_features(table, roles, unusable, point.column))
    return InferredSchema(sample, table, roles, point, label, key, group, exclusions, availability, features)
