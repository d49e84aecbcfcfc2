"""Tables of Kaggle datasets, downloaded by kagglehub."""

from adapters.shared.optional_dependencies import require_extra

with require_extra("kaggle"):
    from adapters.kaggle.byte_source import ByteSource

__all__ = ["ByteSource"]
