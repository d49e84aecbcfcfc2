"""The role `identifier`: texts that name a shipment, or something that it belongs to."""

from delay_core.schema.roles.text import TextRole


class IdentifierRole(TextRole):
    """Names and numbers that are stored and never learned from."""

    name = "identifier"
    allows_pii = True
    is_always_persisted = True
