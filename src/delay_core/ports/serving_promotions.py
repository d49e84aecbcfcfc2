"""The changes that a server of predictions makes to the record of promotions."""

from typing import Protocol

from delay_core.ports.model_catalog import ModelVersion
from delay_core.promotion import Decision


class ServingPromotions(Protocol):
    """Records and reverts promotions; a call may take many seconds. Raises StoreError if it is unavailable."""

    def record_manual(self, version: ModelVersion) -> bool:
        """Record the version that serves as promoted by hand, unless the latest decision promoted it.

        Returns whether the version was promoted by hand. Several servers may call it for the same version: it is
        recorded once. It is not recorded if the latest decision has replaced it already; where that decision may be so
        new that the alias does not follow it yet, the call waits for some seconds.
        """
        ...

    def roll_back(self, name: str) -> Decision:
        """Let the version that served before serve again.

        Raises NoSuchModel if there is none, and ServingChanged if another version begins to serve meanwhile.
        """
        ...
