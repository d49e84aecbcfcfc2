"""Every error that the product raises on purpose, by what the user can do about it."""

from collections.abc import Sequence


class DelayError(Exception):
    """A mistake or a refusal that the product explains; anything else is a bug."""


class SchemaError(DelayError):
    """A schema file that cannot be used: names file, key, what is wrong and what would be right."""


class SourceError(DelayError):
    """A table that cannot be read: missing, empty, wrongly delimited, without its columns."""


class StoreError(DelayError):
    """A store that cannot be read or written."""


class MigrationRequired(StoreError):
    """A database whose migrations have to be applied before it can be used."""


class LogFull(StoreError):
    """An outbox with its maximal number of rows: it accepts no more until the database is available."""


class TrainingRefused(DelayError):
    """Data that no honest model can be trained on."""


class LeakageFound(TrainingRefused):
    """A column, or a pair of columns, that knows the answer."""


class BundleError(DelayError):
    """A bundle that is incomplete, altered, or not a bundle at all."""


class NoSuchModel(DelayError):
    """The registry has no such model, version or alias."""


class InvalidShipment(DelayError):
    """Shipments that break the schema. `problems` holds one sentence per broken field."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))
