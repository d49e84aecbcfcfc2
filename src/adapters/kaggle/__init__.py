"""Tables that lie on Kaggle, brought by kagglehub."""

from adapters.extras import extra

with extra("kaggle"):
    from adapters.kaggle.byte_source import ByteSource

__all__ = ["ByteSource"]
