"""Feature transformers: each reads canonical columns and writes a few features; NumPy alone, no schema.

A name loads its module when it is first used, because some of them need pandas.
"""

from typing import TYPE_CHECKING

from delay_core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from delay_core.transformers.base import Columns, FeatureTransformer
    from delay_core.transformers.calendar import CalendarFeature, TrendFeature
    from delay_core.transformers.derived import DerivedFeature
    from delay_core.transformers.numeric import NumericBlock, NumericFeature, SentinelFeature
    from delay_core.transformers.one_hot import OneHotFeature
    from delay_core.transformers.ordinal import OrdinalFeature
    from delay_core.transformers.target_encoding import HistoricalLateRate
    from delay_core.transformers.union import AnyTransformer

__all__ = [
    "AnyTransformer",
    "CalendarFeature",
    "Columns",
    "DerivedFeature",
    "FeatureTransformer",
    "HistoricalLateRate",
    "NumericBlock",
    "NumericFeature",
    "OneHotFeature",
    "OrdinalFeature",
    "SentinelFeature",
    "TrendFeature",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "AnyTransformer": "union",
        "CalendarFeature": "calendar",
        "Columns": "base",
        "DerivedFeature": "derived",
        "FeatureTransformer": "base",
        "HistoricalLateRate": "target_encoding",
        "NumericBlock": "numeric",
        "NumericFeature": "numeric",
        "OneHotFeature": "one_hot",
        "OrdinalFeature": "ordinal",
        "SentinelFeature": "numeric",
        "TrendFeature": "calendar",
    },
)
