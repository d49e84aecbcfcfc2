"""The role `ignored`: columns that nothing reads."""

from delay_core.schema.roles.text import TextRole


class IgnoredRole(TextRole):
    """Columns that are not stored, unless the schema names them as a key or a group: those are texts."""

    name = "ignored"
    allows_pii = True
