"""A registered version that is verified, loaded and ready to predict."""

from dataclasses import dataclass
from functools import cached_property

from delay_core.ports.model_catalog import ModelVersion
from delay_core.predictor import Predictor
from delay_core.schema.roles.text import TextRole


@dataclass(frozen=True)
class ServingModel:
    """The version, and its predictor."""

    version: ModelVersion
    predictor: Predictor

    @cached_property
    def schema_digest(self) -> str:
        """The digest of the schema by which requests are validated."""
        return self.predictor.bundle.schema.digest

    @cached_property
    def metric_labels(self) -> tuple[str, str]:
        """The labels of this model's metrics: its version, and the digest of its schema."""
        return str(self.version.version), self.schema_digest

    @cached_property
    def text_fields(self) -> frozenset[str]:
        """The fields of a request whose values are texts, by their names and aliases."""
        schema = self.predictor.bundle.schema
        names = {*schema.persisted_columns, *schema.key}
        return frozenset(
            field for field, name in schema.aliases.items() if name in names and isinstance(schema.role(name), TextRole)
        )

    @cached_property
    def metadata(self) -> dict[str, object]:
        """What every response says of the model."""
        return {
            "model_name": self.version.name,
            "model_version": self.version.version,
            "schema_digest": self.schema_digest,
            "bundle_digest": self.version.digest,
        }
