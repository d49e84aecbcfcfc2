"""Pages for a browser, each a single file."""

from adapters.shared.optional_dependencies import require_extra

with require_extra("train"):
    from adapters.html.model_card_renderer import ModelCardRenderer
    from adapters.html.monitoring_page_renderer import MonitoringPageRenderer

__all__ = ["ModelCardRenderer", "MonitoringPageRenderer"]
