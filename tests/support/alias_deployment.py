"""A serving alias in memory, and the use case that follows it."""

import json
from typing import Any

from delay_core import Bundle
from delay_core.digest import canonical_json
from delay_core.use_cases.follow_alias import FollowAlias, RefreshResult
from delay_core.use_cases.serving_promotions import DirectServingPromotions
from fakes.audit_log import AuditLog
from fakes.explainer import ModelExplainer
from fakes.model_catalog import ModelCatalog
from fakes.model_registry import ModelRegistry
from fakes.model_runtime import ModelRuntime
from fakes.promotion_log import PromotionLog
from support.bundles import tiny_bundle

NAME, ALIAS = "late", "production"
WIDTH = len(tiny_bundle("x").encoder.names)


def with_files(bundle: Bundle, **files: bytes) -> Bundle:
    """The bundle with other files."""
    return Bundle.pack({**{name: text for name, text in bundle.files.items() if name != "manifest.json"}, **files})


def bundle(bias: float = 0.0, weight: float = 0.0, **files: bytes) -> Bundle:
    """A bundle whose model has this bias, and this weight for every feature."""
    model = json.dumps({"weights": [weight] * WIDTH, "bias": bias}).encode()
    return with_files(tiny_bundle("x"), **{"model.onnx": model}, **files)


def bundle_with_breaking_schema() -> Bundle:
    """Its schema refuses a humidity above 50, which that of `bundle` accepts."""
    content = tiny_bundle("x").schema.content
    content["columns"]["Humidity"]["maximum"] = 50
    return with_files(bundle(1.0), **{"schema.json": canonical_json(content)})


class Deployment:
    """A registry with version 1 at the alias, and a use case that follows it."""

    def __init__(self, **settings: Any) -> None:
        self.registry, self.decisions, self.audit_log = ModelRegistry(), PromotionLog(), AuditLog()
        self.catalog = ModelCatalog(self.registry)
        self.set_alias(self.register(bundle()))
        self.now = 0.0
        self.follow = FollowAlias(
            catalog=self.catalog,
            runtime=ModelRuntime(),
            explainer=ModelExplainer(),
            promotions=DirectServingPromotions(self.registry, self.decisions, ALIAS),
            audit_log=self.audit_log,
            name=NAME,
            alias=ALIAS,
            monotonic=lambda: self.now,
            **settings,
        )

    def register(self, bundle: Bundle) -> int:
        """Register a new version; its number."""
        return self.registry.register(NAME, bundle, "run").version

    def set_alias(self, version: int) -> None:
        """Move the alias."""
        self.registry.set_alias(NAME, ALIAS, version)

    def refresh(self, **options: Any) -> RefreshResult:
        """Refresh and record the swap, as a server does."""
        result = self.follow.refresh(**options)
        if result.swap is not None:
            self.follow.record_swap(result.swap)
        return result

    @property
    def serving(self) -> int | None:
        """The version that serves."""
        return self.follow.model.version.version if self.follow.model else None

    @property
    def audited(self) -> list[tuple[str, str]]:
        """Action and subject of each audit entry, oldest first."""
        return [(entry.action, entry.subject) for entry in reversed(self.audit_log.newest())]
