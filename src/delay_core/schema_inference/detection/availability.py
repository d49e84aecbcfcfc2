"""When each column becomes known: by its header, by its values, and by how well it alone predicts the outcome."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from delay_core.evaluation import RankedRows
from delay_core.evaluation.metrics import roc_auc
from delay_core.leakage import MAX_AUC_LOWER_BOUND
from delay_core.schema import Stage
from delay_core.schema_inference import vocabulary
from delay_core.schema_inference.detection.column_roles import InferredRole
from delay_core.schema_inference.detection.label import LabelCandidate
from delay_core.schema_inference.detection.label_columns import Outcome, says_late
from delay_core.schema_inference.detection.row_rules import ExclusionCandidate
from delay_core.schema_inference.detection.timestamps import (
    PredictionPointCandidate,
    TimestampMeaning,
    classify_header,
    share_later,
)
from delay_core.schema_inference.profiling.column_profile import ColumnProfile
from delay_core.schema_inference.profiling.table_profile import TableProfile
from delay_core.schema_inference.profiling.value_counts import Integers, format_share
from delay_core.schema_inference.vocabulary import normalize

_MAX_STATUS_VALUES = 50
_MAX_LISTED_VALUES = 3
_MIN_LATER_SHARE = 0.95
"""A date is later than the prediction point if it is in at least this share of rows."""
_POD = re.compile(r"\bpod\b")
_FOLDS = 5
_BINS = 40
_MIN_CLASS_ROWS = 10
_MAX_UNBINNED_VALUES = 200


@dataclass(frozen=True)
class Availability:
    """The stage at which a column becomes known, and the evidence."""

    stage: Stage
    evidence: str


def infer_availability(
    table: TableProfile,
    roles: Mapping[str, InferredRole],
    point: PredictionPointCandidate,
    label: LabelCandidate,
    exclusions: Sequence[ExclusionCandidate],
) -> dict[str, Availability]:
    """The columns that become known later than the order, with the evidence."""
    known: dict[str, Availability] = {}
    with_exclusions = {exclusion.column for exclusion in exclusions}
    for name, column in table.columns.items():
        if name == point.column:
            known[name] = Availability(point.stage, "")
        elif roles[name].name not in ("ignored", "identifier") or name in label.columns:
            rules = (
                _by_label(column, label),
                _by_timestamp(column, table, point),
                _by_words(column, has_exclusions=name in with_exclusions),
            )
            result = next((rule for rule in rules if rule is not None), None)
            result = result or _by_measurement(column, roles[name], label)
            if result is not None:
                known[name] = result
    return {name: availability for name, availability in known.items() if availability.stage is not Stage.ORDER}


def _by_label(column: ColumnProfile, label: LabelCandidate) -> Availability | None:
    if column.name in label.related_columns:
        return Availability(Stage.DELIVERED, label.related_columns[column.name])
    if column.name in label.outcome_columns:
        return Availability(Stage.DELIVERED, "")
    return None


def _by_timestamp(column: ColumnProfile, table: TableProfile, point: PredictionPointCandidate) -> Availability | None:
    """A date of an outcome, or one that is nearly always after the prediction point and not a promise."""
    if column.dates is None:
        return None
    meaning = classify_header(column.name)
    at_dispatch = point.stage is Stage.DISPATCH
    if meaning.is_outcome or meaning is TimestampMeaning.IN_TRANSIT:
        return Availability(Stage.DELIVERED if meaning.is_outcome else Stage.IN_TRANSIT, str(meaning))
    if meaning is TimestampMeaning.DISPATCHED and not at_dispatch:
        return Availability(Stage.DISPATCH, str(meaning))
    if meaning is TimestampMeaning.PROMISED or point.column is None:
        return None
    later = share_later(column, table.columns[point.column])
    if later < _MIN_LATER_SHARE:
        return None
    evidence = f"{format_share(later)} of its dates lie after {point.column}"
    return Availability(Stage.IN_TRANSIT if at_dispatch else Stage.DISPATCH, evidence)


def _by_words(column: ColumnProfile, *, has_exclusions: bool) -> Availability | None:
    if column.kind == "timestamp":
        return None
    default = "says how the shipment ended" if has_exclusions else ""
    evidence = next(filter(None, _word_evidence(column)), default)
    if evidence:
        return Availability(Stage.DELIVERED, evidence)
    current = vocabulary.CURRENT.first_match(column.name)
    return Availability(Stage.IN_TRANSIT, f"header says {current!r}: it changes on the way") if current else None


def _word_evidence(column: ColumnProfile) -> Iterator[str]:
    """The evidence in the column's words; empty for each kind that is absent."""
    tokens = [token for token in column.sentinels.values() if vocabulary.RECORDED_VALUES.first_match(token)]
    if column.kind == "numeric" and tokens:
        yield f"{tokens[0]!r} among its values: is it written after the delivery?"
    outcome, status = _outcome_word(column), vocabulary.STATUS.first_match(column.name)
    yield f"header says {outcome!r}" if outcome else ""
    yield _measured_afterwards(column)
    late = vocabulary.LATE.first_match(column.name) or vocabulary.ON_TIME.first_match(column.name)
    historical = vocabulary.HISTORICAL.first_match(column.name)
    yield "header mentions being late or on time" if late and not historical else ""
    values = _outcome_values(column)
    if status and not vocabulary.SHIPMENT_WORDS.remove_from(column.name):
        yield f"header says {status!r}{f', values {values}' if values else ': it changes until the end'}"
    yield f"its values say {values}" if values else ""


def _measured_afterwards(column: ColumnProfile) -> str:
    """The word for a time or a duration of the delivery, among numbers and times of day, that is no promise."""
    if vocabulary.PROMISED.first_match(column.name) or vocabulary.HISTORICAL.first_match(column.name):
        return ""
    arrived = vocabulary.ARRIVED.first_match(column.name) or vocabulary.DELIVERY.first_match(column.name)
    duration = vocabulary.DURATION.first_match(column.name)
    return f"header says {arrived!r} and {duration!r}: it is measured at the end" if arrived and duration else ""


def _outcome_word(column: ColumnProfile) -> str:
    """The word for an outcome in the header; POD is a port of discharge if its values are several codes."""
    is_port = column.kind == "text" and column.distinct > 2
    return vocabulary.OUTCOME.first_match(_POD.sub("", normalize(column.name)) if is_port else column.name)


def _outcome_values(column: ColumnProfile) -> str:
    """The values that say how the shipment ended, if the column has few values."""
    if column.kind != "text" or column.distinct > _MAX_STATUS_VALUES:
        return ""
    final = vocabulary.FINAL_STATUS
    values = [text for text, _ in column.texts if says_late(text) is not None or final.matches_all(text)]
    return ", ".join(values[:_MAX_LISTED_VALUES])


def _by_measurement(column: ColumnProfile, role: InferredRole, label: LabelCandidate) -> Availability | None:
    if role.name not in ("numeric", "categorical", "timestamp") or column.name in label.columns:
        return None
    auc = _out_of_fold_auc(column, label.outcome)
    if auc is None or auc <= MAX_AUC_LOWER_BOUND:
        return None
    return Availability(Stage.DELIVERED, f"by itself it separates late from on-time rows: out-of-fold AUC {auc:.3f}")


def _out_of_fold_auc(column: ColumnProfile, outcome: Outcome) -> float | None:
    """ROC-AUC of the late rate per value or bin, computed on the other folds; None if a class has too few rows."""
    known = ~np.isnan(outcome)
    late = outcome[known] == 1
    if min(late.sum(), (~late).sum()) < _MIN_CLASS_ROWS:
        return None
    codes = _bin_codes(column)[known] + 1
    folds = np.arange(len(codes)) % _FOLDS
    cells = codes * _FOLDS + folds
    size = np.bincount(cells, minlength=(codes.max() + 1) * _FOLDS).reshape(-1, _FOLDS).astype(np.float64)
    late_rows = np.bincount(cells, late, minlength=size.size).reshape(-1, _FOLDS)
    rate = (late_rows.sum(1, keepdims=True) - late_rows + late.mean()) / (size.sum(1, keepdims=True) - size + 1)
    return roc_auc(RankedRows(late.astype(np.int8), rate[codes, folds]))


def _bin_codes(column: ColumnProfile) -> Integers:
    """The code of each row's value, or of its bin if there are many values; -1 for none."""
    if column.kind == "text" or column.distinct <= _MAX_UNBINNED_VALUES:
        return column.row_codes
    timestamps = column.row_timestamps.astype(np.int64).astype(np.float64)
    values = column.row_numbers if column.numbers is not None else timestamps
    present = column.row_codes >= 0
    edges = np.unique(np.quantile(values[present], np.linspace(0, 1, _BINS + 1)[1:-1]))
    return np.where(present, np.searchsorted(edges, values, side="right"), -1)
