"""What continuous delivery refuses."""


class DeliveryError(Exception):
    """The message names what, where, and what would be right."""
