"""The estimate of a window that was computed before: it depends on no outcome, and changes only if its rows do."""

from contextlib import suppress

from delay_core.digest import sha256_hex
from delay_core.monitoring.monitoring_state import MonitoringState
from delay_core.monitoring.performance import NotEstimated, PerformanceEstimate, PerformancePolicy
from delay_core.monitoring.window_result import WindowResult
from delay_core.use_cases.monitored_versions import MonitoredVersion
from delay_core.use_cases.served_rows import ServedRows


def digest_estimate_inputs(version: MonitoredVersion, rows: ServedRows, policy: PerformancePolicy) -> str:
    """The digest of everything that the estimate depends on.

    A logged prediction never changes: shipment, time and probability stand for its values.
    """
    arrays = (rows.predicted_at.astype("datetime64[us]"), rows.probability, rows.group)
    parts = [
        version.bundle.digest.encode(),
        repr(policy).encode(),
        "\0".join(rows.shipment_ids).encode(),
        *(values.tobytes() for values in arrays),
    ]
    return sha256_hex(b"".join(len(part).to_bytes(8, "big") + part for part in parts))


def read_estimate(stored: WindowResult | None, inputs: str) -> PerformanceEstimate | None:
    """The stored estimate, as it was before outcomes contradicted it; None if its inputs were others."""
    if stored is None or stored.performance is None:
        return None
    if MonitoringState.read(stored.state).estimate_inputs != inputs:
        return None
    performance = stored.performance
    if performance.estimated is not None:
        return PerformanceEstimate(performance.estimated, None, performance.outside_share)
    with suppress(ValueError):  # another version of the program gave another reason
        return PerformanceEstimate(None, NotEstimated(str(performance.not_estimated)), performance.outside_share)
    return None
