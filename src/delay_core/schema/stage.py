"""The stages of a shipment's life."""

from enum import StrEnum


class Stage(StrEnum):
    """The stages of a shipment's life, in order."""

    ORDER = "order"
    DISPATCH = "dispatch"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"

    @property
    def meaning(self) -> str:
        """What has happened by then."""
        return {
            Stage.ORDER: "The order is placed: what was ordered, by whom, for when.",
            Stage.DISPATCH: "The goods leave: carrier, vehicle, packing, what was measured when loading.",
            Stage.IN_TRANSIT: "The goods are on their way: positions, readings, statuses.",
            Stage.DELIVERED: "The goods have arrived: the outcome, and all that is written down afterwards.",
        }[self]

    def comes_after(self, other: "Stage") -> bool:
        """Whether a shipment reaches this stage later than `other`."""
        stages = list(Stage)
        return stages.index(self) > stages.index(other)
