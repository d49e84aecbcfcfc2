"""What the gate judges by: everything that was measured of a challenger."""

from dataclasses import dataclass

from delay_core.evaluation import Estimate, MetricEstimates


@dataclass(frozen=True)
class SliceGain:
    """The rows that share a value of a column, and how much lower the challenger's log-loss is on them."""

    column: str
    value: str
    rows: int
    gain: Estimate


@dataclass(frozen=True)
class ChampionComparison:
    """Challenger and champion on the same rows.

    `missing` are columns that the champion needs and the challenger's schema has not: then nothing was compared.
    """

    version: int
    rows: int | None = None
    gain: Estimate | None = None
    slices: tuple[SliceGain, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class GateInputs:
    """The challenger on its test rows, looked at once, and whatever else speaks for or against it.

    `groups` is None where the schema groups no rows; `chance_ece` where it was not asked for; `leakage` where rows were
    too few to measure it; `champion` where nothing served before.
    """

    rows: int
    groups: int | None
    figures: MetricEstimates
    gain_over_baseline: Estimate
    slices: tuple[SliceGain, ...]
    chance_ece: float | None
    parity: float
    leakage: float | None
    withdrawn: bool
    champion: ChampionComparison | None
