"""Served predictions of the last weeks with outcomes of which many more were late than the model says."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.sql import Database, OutcomeLog, PredictionLog, PredictionReader
from support.cli import Delay

DAYS, DAYS_AGO, ROWS = 14, 25, 1500


def replay_jump(delay: Delay, folder: Path, size: float = 1.5) -> str:
    """The URL of a serving database with replayed predictions; `size` is added to the log-odds of being late."""
    start = datetime.now(UTC).date() - timedelta(days=DAYS_AGO)
    drift = f"drift=label:start=0,ramp=0,size={size}"
    table = f"simulator://smart_logistics?start={start}&days={DAYS}&rows={ROWS}&seed=11&dirt=0&{drift}"
    delay.json("monitor", "replay", "--source", table, "--into", folder)
    return f"sqlite:///{folder / 'serving.db'}"


def copy_logs(source: str, target: str) -> None:
    """Append all predictions and outcomes of a serving database to another one."""
    with closing(Database(source, "serving")) as original, closing(Database(target, "serving")) as copy:
        reader, outcomes = PredictionReader(original), OutcomeLog(original)
        end = datetime.now(UTC)
        for batch in reader.read_window(end - timedelta(days=DAYS_AGO + 1), end):
            PredictionLog(copy).append(batch)
            ids = {prediction.shipment_id for prediction in batch if prediction.shipment_id is not None}
            OutcomeLog(copy).append([one for known in outcomes.histories(ids, end).values() for one in known])
