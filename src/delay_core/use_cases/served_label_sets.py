"""The label sets that versions served with their predictions."""

from dataclasses import dataclass, field

from delay_core.conformal import LabelSets
from delay_core.errors import BundleError, NoSuchModel
from delay_core.ports.model_catalog import ModelCatalog


@dataclass
class ServedLabelSets:
    """Loads each version once; `fallback` stands for those of a version that cannot be loaded, or is another bundle."""

    catalog: ModelCatalog
    model_name: str
    fallback: LabelSets
    _loaded: dict[tuple[int, str], LabelSets] = field(default_factory=dict)

    def __call__(self, version: int, bundle_digest: str) -> LabelSets:
        """The label sets of predictions that this bundle made as this version. Raises StoreError."""
        key = version, bundle_digest
        if key not in self._loaded:
            self._loaded[key] = self._load(version, bundle_digest)
        return self._loaded[key]

    def _load(self, version: int, bundle_digest: str) -> LabelSets:
        try:
            bundle = self.catalog.load(self.model_name, version)
        except (NoSuchModel, BundleError):
            return self.fallback
        return bundle.label_sets if bundle.digest == bundle_digest else self.fallback
