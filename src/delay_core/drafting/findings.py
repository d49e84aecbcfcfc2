"""Everything that was found in a sample."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from delay_core.drafting.derived import Feature, derived
from delay_core.drafting.exclusions import Exclusion, find_exclusions
from delay_core.drafting.keys import Found, find_group, find_key
from delay_core.drafting.labels import FoundLabel, find_label
from delay_core.drafting.leaks import Known, known_later
from delay_core.drafting.moments import Point, prediction_point
from delay_core.drafting.roles import Role, role
from delay_core.drafting.table import Table, look_at
from delay_core.ports.table_sampler import Sample
from delay_core.schema.consistency import RESERVED


@dataclass(frozen=True)
class Findings:
    """The table, and what its columns are to a schema; columns by their names in the file."""

    sample: Sample
    table: Table
    roles: Mapping[str, Role]
    point: Point
    label: FoundLabel
    key: Found
    group: Found
    exclusions: tuple[Exclusion, ...]
    known: Mapping[str, Known]
    features: tuple[Feature, ...]

    @cached_property
    def names(self) -> dict[str, str]:
        """Names in the file → names in the schema: others only where the product uses a name itself."""
        taken = set(self.table.looks)
        names = {}
        for name in self.table.looks:
            new = name
            if name in RESERVED and self.roles[name].name != "ignored" and not self.late_known(name):
                new = f"{name.replace('_', ' ')} in the table"
                while new in taken:
                    new += "'"
            names[name] = new
        return names

    def late_known(self, name: str) -> bool:
        """Whether the column is only known after the prediction point."""
        return name in self.known and self.known[name].stage.comes_after(self.point.stage)


def find(sample: Sample) -> Findings:
    """Look at the sample, and draw the conclusions."""
    table = look_at(sample)
    roles = {name: role(look) for name, look in table.looks.items()}
    point, label = prediction_point(table), find_label(table)
    exclusions = tuple(find_exclusions(table))
    key = find_key(table, roles)
    group = find_group(table, roles, key, label.outcome)
    known = known_later(table, roles, point, label, exclusions)
    after = {name for name, since in known.items() if since.stage.comes_after(point.stage)}
    out = after | {name for name, found in roles.items() if found.name == "ignored"}
    features = tuple(derived(table, roles, out, point.column))
    return Findings(sample, table, roles, point, label, key, group, exclusions, known, features)
