"""Predictions as lines of text for COPY; drivers take three times as long for it."""

import re
from functools import lru_cache

from adapters.shared.text import sanitize_text
from adapters.sql.column_types import dump_json
from adapters.sql.postgresql.json_format import PREDICTION_TYPES
from delay_core.ports.prediction_log import LoggedPrediction, model_uri

COPY_COLUMNS = tuple(PREDICTION_TYPES)
"""The columns of a line, in order."""

_NULL = "\\N"
_NEEDS_ESCAPE = re.compile("[\\\\\t\n\r\0\ud800-\udfff]")
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_DECISIONS = {None: _NULL, True: "1", False: "0"}


def copy_line(prediction: LoggedPrediction) -> str:
    """The prediction as one line of COPY's text format."""
    p = prediction
    return (
        "\t".join(
            (
                p.predicted_at.isoformat(),
                p.prediction_id.hex,
                _NULL if p.point is None else p.point.isoformat(),
                _NULL if p.probability is None else repr(float(p.probability)),
                _DECISIONS[p.late],
                _copy_model(p.model_name, p.model_version, p.bundle_digest, p.schema_digest),
                _escape(p.shipment_id),
                _escape(p.request_id),
                _escape(p.error),
                dump_json(p.request_data).replace("\\", r"\\"),  # JSON has no other character that needs an escape
                _escape_cached(p.client),
            )
        )
        + "\n"
    )


@lru_cache(maxsize=256)
def _copy_model(name: str, version: int, bundle_digest: str, schema_digest: str) -> str:
    """The fields that all predictions of a model version share."""
    uri = model_uri(name, version)
    return "\t".join((_escape(name), str(version), _escape(uri), rf"\\x{bundle_digest}", rf"\\x{schema_digest}"))


@lru_cache(maxsize=256)
def _escape_cached(text: str | None) -> str:
    """For texts that many rows share."""
    return _escape(text)


def _escape(text: str | None) -> str:
    if text is None:
        return _NULL
    return sanitize_text(text).translate(_ESCAPES) if _NEEDS_ESCAPE.search(text) else text
