"""Every error that the product raises on purpose, by what the user can do about it."""

from collections.abc import Sequence

from delay_core.violations import Violation

MAX_LISTED_VIOLATIONS = 20
"""Violations that the text of an error lists; all of them are in `violations`."""


class DelayError(Exception):
    """A mistake or a refusal that the product explains; any other exception is a bug.

    Its text is for those who run the product: it may contain URLs, paths and messages of libraries.
    """

    def __init__(self, message: str = "", *, public: str | None = None) -> None:
        """`public` replaces the message where it leaves the server, and is needed where the message must not."""
        super().__init__(message)
        self._public = public

    @property
    def public(self) -> str:
        """The text for callers of the API: without URLs, paths and messages of libraries."""
        return str(self) if self._public is None else self._public


class ViolationError(DelayError):
    """Input that breaks rules: each broken rule as data."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__()
        self.violations = tuple(violations)

    def __str__(self) -> str:
        listed = [
            str(violation) if violation.row is None else f"shipment {violation.row}: {violation}"
            for violation in self.violations[:MAX_LISTED_VIOLATIONS]
        ]
        more = len(self.violations) - len(listed)
        return "; ".join(listed) + (f"; and {more} more" if more else "")


class ShipmentValidationError(ViolationError):
    """Shipments that break the schema."""


class OutdatedShipment(ViolationError):
    """A logged shipment that the schema of the serving model refuses."""


class UnknownPrediction(ViolationError):
    """Predictions that are not on record, or that the caller may not see."""


class UnknownShipment(DelayError):
    """A shipment of which no prediction is on record."""


class ActionRefused(DelayError):
    """An action that its shipment, or an earlier action, does not allow."""


class NewerAction(ActionRefused):
    """An action on a shipment on which somebody has acted since: see what was done, and decide again."""


class ReusedActionId(ActionRefused):
    """An action under the id of a different action."""


class ShipmentResolved(ActionRefused):
    """An action on a shipment whose outcome is known."""


class SchemaError(DelayError):
    """A schema file that cannot be used: names file, key, what is wrong and what is right."""


class SourceError(DelayError):
    """A table that cannot be read: missing, empty, wrongly delimited, without its columns.

    `violations` names the columns, where columns are the reason.
    """

    def __init__(self, message: str, violations: Sequence[Violation] = ()) -> None:
        super().__init__(message)
        self.violations = tuple(violations)


class NoDataYet(SourceError):
    """A table that does not exist, has no rows, or none in the interval that is read: there may be some later."""


class SourceUnavailable(SourceError):
    """A table whose server does not respond, or is overloaded: the same read may succeed later."""


class StoreError(DelayError):
    """A store that cannot be read or written."""


class StoreUnreachable(StoreError):
    """A store to which no connection can be made: the call changed nothing, and says nothing about its rows."""


class MigrationRequired(StoreError):
    """A database whose migrations have to be applied before it can be used."""


class NotificationError(DelayError):
    """A notice that its receiver did not accept; it stays pending."""


class OutboxFull(StoreError):
    """An outbox with its maximal number of rows: it accepts no more until the database is available."""


class UnknownDeadLetter(DelayError):
    """A number that no dead letter of the outbox has."""


class TrainingRefused(DelayError):
    """Data that no honest model can be trained on."""


class TooFewOutcomes(TrainingRefused):
    """A table whose known outcomes do not suffice to train and to test a model; later ones may."""


class LeakageDetected(TrainingRefused):
    """A column, or a pair of columns, that predicts the label too well to be known in time."""


class BundleError(DelayError):
    """A bundle that is incomplete, altered, or not a bundle at all."""


class BundleMissing(BundleError):
    """A registered bundle whose files are not in the registry's storage any more."""

    def __init__(self, message: str, *, digest: str, public: str | None = None) -> None:
        """`digest` is the one that the registry has for the bundle."""
        super().__init__(message, public=public)
        self.digest = digest


class NoSuchModel(DelayError):
    """The registry has no such model, version or alias."""


class ServingChanged(DelayError):
    """A change of the version that serves, decided before another change was made: look at that one, and repeat."""


class NoSuchOutput(DelayError):
    """The artifact store has no output of a step at a digest."""
