"""Predictions as rows for COPY in PostgreSQL's binary format: nothing is escaped, and the server parses JSON alone."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from struct import Struct

from adapters.shared.text import sanitize_text
from adapters.sql.column_types import digest_bytes, dump_json
from adapters.sql.postgresql.json_format import PREDICTION_TYPES
from delay_core.ports.prediction_log import LoggedPrediction, model_uri

COPY = f"COPY serving_logs ({', '.join(PREDICTION_TYPES)}) FROM STDIN (FORMAT binary)"
HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NULL = b"\xff\xff\xff\xff"
_COUNT = len(PREDICTION_TYPES).to_bytes(2)

# Each value follows its length in bytes; the first fields of nearly all rows have these.
_START = Struct(">hiqi16siqidih")
_TIME, _FLOAT, _SHORT = Struct(">iq"), Struct(">id"), Struct(">ih")


def copy_row(prediction: LoggedPrediction) -> bytes:
    """The prediction as one row. Raises OverflowError for a number that its column cannot hold."""
    p = prediction
    data = dump_json(p.request_data).encode()
    return b"".join(
        (
            _start(p),
            _model_fields(p.model_name, p.model_version, p.bundle_digest, p.schema_digest),
            _text(p.shipment_id),
            _text(p.request_id),
            _cached_text(p.error),
            len(data).to_bytes(4),
            data,
            _cached_text(p.client),
        )
    )


def _start(p: LoggedPrediction) -> bytes:
    """The number of fields, the time, the id, the prediction point, the probability and the decision."""
    time, point, probability, late = (p.predicted_at - _EPOCH) // _MICROSECOND, p.point, p.probability, p.late
    if point is not None and probability is not None and late is not None:
        since = (point - _EPOCH) // _MICROSECOND
        return _START.pack(
            len(PREDICTION_TYPES), 8, time, 16, p.prediction_id.bytes, 8, since, 8, probability, 2, 1 if late else 0
        )
    return b"".join(
        (
            _COUNT,
            _TIME.pack(8, time),
            _field(p.prediction_id.bytes),
            _NULL if point is None else _TIME.pack(8, (point - _EPOCH) // _MICROSECOND),
            _NULL if probability is None else _FLOAT.pack(8, probability),
            _NULL if late is None else _SHORT.pack(2, 1 if late else 0),
        )
    )


@lru_cache(maxsize=256)
def _model_fields(name: str, version: int, bundle_digest: str, schema_digest: str) -> bytes:
    """The fields that all predictions of a model version share."""
    return b"".join(
        (
            _text(name),
            _field(version.to_bytes(4, signed=True)),
            _text(model_uri(name, version)),
            _field(digest_bytes(bundle_digest)),
            _field(digest_bytes(schema_digest)),
        )
    )


def _text(text: str | None) -> bytes:
    return _NULL if text is None else _field(sanitize_text(text).encode())


@lru_cache(maxsize=256)
def _cached_text(text: str | None) -> bytes:
    """For texts that many rows share."""
    return _text(text)


def _field(value: bytes) -> bytes:
    return len(value).to_bytes(4) + value
