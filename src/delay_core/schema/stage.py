"""The stages of a shipment."""

from enum import StrEnum


class Stage(StrEnum):
    """The stages of a shipment, in order."""

    ORDER = "order"
    DISPATCH = "dispatch"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"

    @property
    def meaning(self) -> str:
        """What has happened by then."""
        return {
            Stage.ORDER: "The order is placed: what was ordered, by whom, for which date.",
            Stage.DISPATCH: "The goods leave: carrier, vehicle, packing, measurements at loading.",
            Stage.IN_TRANSIT: "The goods are on their way: positions, sensor readings, statuses.",
            Stage.DELIVERED: "The goods have arrived: the outcome, and everything recorded afterwards.",
        }[self]

    def comes_after(self, other: "Stage") -> bool:
        """Whether a shipment reaches this stage later than `other`."""
        stages = list(Stage)
        return stages.index(self) > stages.index(other)
