"""The SCMS deliveries, month by month, with outcomes on their real dates: what was estimated, and what was realized.

One model, trained by the product on deliveries known before the reference begins, predicts all later ones; it is never
trained again. Its reference is the time between training and the first month.
"""

import argparse
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adapters.files import ArtifactStore
from adapters.sklearn.density_ratio import DensityRatio
from benchmarks.monitoring.month_picture import draw_months
from benchmarks.quality import manual_model
from benchmarks.quality.table_rows import accepted_rows
from benchmarks.quality.window_predictions import WindowPredictor
from benchmarks.report import Target, print_table, print_text
from delay_core.features import to_arrays
from delay_core.groups import group_codes
from delay_core.monitoring.cohort import UNKNOWN, Cohort
from delay_core.monitoring.performance import CovariateShift, PerformanceAssessment, PerformancePolicy, with_score
from delay_core.monitoring.performance_result import PerformanceResult
from delay_core.ports.progress import NoProgress
from delay_core.reference_sample import ReferenceSample, monitored_columns, without_free_text
from delay_core.schemas import load_schema
from delay_core.validation import LATE, SOURCE_ROW

TABLE = Path(__file__).parents[3] / "shared" / "data" / "scms" / "scms.csv"
REFERENCE_FROM, MONTHS_FROM = 0.5, 0.65
"""Shares of the rows, in the order of their scheduled dates."""
TRIALS = 4
POLICY = PerformancePolicy(min_rows=50, max_outside_share=1.0)
"""A month has about 110 rows, fewer than the default of 200. Estimates outside the support are made, too."""
MAX_OUTSIDE_SHARE = PerformancePolicy().max_outside_share
DELIVERED = "delivered"


@dataclass(frozen=True)
class Month:
    """A month, and its performance as it was known at its end."""

    start: np.datetime64
    result: PerformanceResult

    @property
    def is_valid(self) -> bool:
        """Whether the product would show the estimate."""
        outside = self.result.outside_share
        return self.result.not_estimated is None and outside is not None and outside <= MAX_OUTSIDE_SHARE


def measure(table: Path = TABLE, picture: Path | None = None) -> Mapping[str, Target]:
    """Print the months, and draw them; nothing without the table."""
    if not table.is_file():
        print_text(f"{table} is absent: no month of scms was measured")
        return {}
    months = replay(table)
    rows = []
    for month in months:
        result = month.result
        figures = [_cell(result, part) for part in ("realized", "naive", "estimated")]
        share = "" if result.outside_share is None else f"{result.outside_share:.0%}"
        rows.append([str(month.start), str(result.rows), *figures, share, "yes" if month.is_valid else "no"])
    print_table("Late rate of scms", ("month", "rows", "realized", "naive", "estimated", "outside", "valid"), rows)
    if picture is not None:
        picture.write_bytes(draw_months([(month.start, month.result, month.is_valid) for month in months]))
    return {}


def replay(table: Path) -> list[Month]:
    """Every month after the reference."""
    schema = load_schema("scms")
    point = schema.prediction_point.sort_column
    frame = accepted_rows(schema, str(table)).sort_values(point, kind="stable").reset_index(drop=True)
    delivered = manual_model.read(table)[manual_model.DELIVERED].loc[frame[SOURCE_ROW]]
    frame[DELIVERED] = pd.to_datetime(delivered.to_numpy(), utc=True)
    first, second = (frame[point].iloc[int(len(frame) * share)] for share in (REFERENCE_FROM, MONTHS_FROM))
    history = frame[(frame[point] < first) & (frame[DELIVERED] < first)]
    later = frame[frame[point] >= first].reset_index(drop=True)
    with tempfile.TemporaryDirectory() as folder:
        predictor = WindowPredictor(schema, ArtifactStore(Path(folder)), NoProgress(), TRIALS, 0)
        probability = predictor(history, later).calibrated
    names = monitored_columns(schema)
    columns = to_arrays(later, list(names))
    groups = group_codes([later[name] for name in schema.group])
    in_reference = ((later[point] < second) & (later[DELIVERED] < second)).to_numpy()
    reference = ReferenceSample(
        without_free_text({name: values[in_reference] for name, values in columns.items()}),
        probability[in_reference],
        later[LATE].to_numpy(dtype=np.int8)[in_reference],
        None,
        groups[in_reference],
    )
    assess = PerformanceAssessment(schema.label, schema.costs, POLICY)
    start_of_month = _naive_utc(later[point]).astype("datetime64[M]")
    months: list[Month] = []
    for start in np.unique(start_of_month[(later[point] >= second).to_numpy()]):
        index = np.flatnonzero(start_of_month == start)
        now = (start + 1).astype("datetime64[us]") + np.timedelta64(1, "D")
        cohort = _cohort(later.iloc[index], str(point), probability[index], groups[index], now)
        window = {name: columns[name][index] for name in reference.columns}
        shift = None
        if len(index) >= POLICY.min_rows:
            ratios = DensityRatio().estimate(
                with_score(reference.columns, reference.probabilities), with_score(window, probability[index])
            )
            shift = CovariateShift(reference, window, ratios.reference, ratios.window)
        months.append(Month(start, assess(cohort, now, shift)))
    return months


def _cohort(
    rows: pd.DataFrame, point: str, probability: NDArray[np.float64], group: NDArray[np.int64], now: np.datetime64
) -> Cohort:
    """Rows of one month as they are known now: a delivery is known on its day."""
    delivered, scheduled = _naive_utc(rows[DELIVERED]), _naive_utc(rows[point])
    known = delivered <= now
    late = rows[LATE].to_numpy(dtype=np.int8)
    return Cohort(
        predicted_at=scheduled,
        probability=probability,
        late=np.where(known, late, UNKNOWN).astype(np.int8),
        deadline=scheduled,
        known_at=np.where(known, delivered, np.datetime64("NaT", "us")),
        acted_on=np.zeros(len(rows), dtype=np.bool_),
        group=group,
    )


def _naive_utc(times: pd.Series) -> NDArray[np.datetime64]:
    return np.asarray(times.dt.tz_localize(None).to_numpy(), dtype="datetime64[us]")


def _cell(result: PerformanceResult, part: str) -> str:
    figures = getattr(result, part)
    return "–" if figures is None else str(figures.figures["late_rate"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.monitoring.scms_months", description=__doc__)
    parser.add_argument("picture", type=Path, help="where to write the picture, a PNG file")
    measure(picture=parser.parse_args().picture)
