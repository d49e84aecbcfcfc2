"""Column roles: one class for each value of a column's `role`, with everything that differs between roles."""

from delay_core.schema.roles.base import ColumnRole, JsonSchema
from delay_core.schema.roles.categorical import CategoricalRole
from delay_core.schema.roles.coordinates import CoordinatesRole
from delay_core.schema.roles.identifier import IdentifierRole
from delay_core.schema.roles.ignored import IgnoredRole
from delay_core.schema.roles.label import LabelRole
from delay_core.schema.roles.numeric import NumericRole
from delay_core.schema.roles.timestamp import TimestampRole

__all__ = ["ROLES", "ColumnRole", "JsonSchema"]


def _by_name(*roles: type[ColumnRole]) -> dict[str, type[ColumnRole]]:
    return {role.name: role for role in roles}


ROLES = _by_name(NumericRole, CategoricalRole, TimestampRole, CoordinatesRole, IdentifierRole, LabelRole, IgnoredRole)
"""Every role by its name, in the order of the reference."""
