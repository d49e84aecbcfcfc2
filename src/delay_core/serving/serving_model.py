"""A registered version, verified, loaded and ready to answer."""

from dataclasses import dataclass
from functools import cached_property

from delay_core.ports.model_catalog import ModelVersion
from delay_core.predictor import Predictor


@dataclass(frozen=True)
class ServingModel:
    """Which version it is, and what answers for it."""

    version: ModelVersion
    predictor: Predictor

    @cached_property
    def schema_digest(self) -> str:
        """Of the schema that its requests keep to."""
        return self.predictor.bundle.schema.digest

    @cached_property
    def labels(self) -> tuple[str, str]:
        """By which figures of this model are told apart: its version, and the digest of its schema."""
        return str(self.version.version), self.schema_digest

    @cached_property
    def described(self) -> dict[str, object]:
        """What every answer says of the model that gave it."""
        return {
            "model_name": self.version.name,
            "model_version": self.version.version,
            "schema_digest": self.schema_digest,
            "bundle_digest": self.version.digest,
        }
