"""Every feature transformer as one type, which a stored encoder is validated against."""

from delay_core.transformers.calendar import CalendarFeature, TrendFeature
from delay_core.transformers.derived import DerivedFeature
from delay_core.transformers.numeric import NumericFeature, SentinelFeature
from delay_core.transformers.one_hot import OneHotFeature
from delay_core.transformers.ordinal import OrdinalFeature
from delay_core.transformers.outcome_count import OutcomeCount
from delay_core.transformers.recent_late_rate import RecentLateRate
from delay_core.transformers.target_encoding import HistoricalLateRate

AnyTransformer = (
    NumericFeature
    | OneHotFeature
    | OrdinalFeature
    | CalendarFeature
    | TrendFeature
    | RecentLateRate
    | SentinelFeature
    | DerivedFeature
    | HistoricalLateRate
    | OutcomeCount
)
