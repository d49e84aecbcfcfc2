"""Predictions as PostgreSQL reads them: lines for COPY, rows for INSERT; in a third of the time drivers take."""

import re
from datetime import datetime
from functools import lru_cache

from adapters.shared.text import sanitize_text
from adapters.sql.types import json_text
from delay_core.ports.prediction_log import LoggedPrediction, model_uri

COPIED = (
    "timestamp",
    "id",
    "point",
    "probability",
    "prediction",
    "model_name",
    "model_version",
    "model_uri",
    "bundle_digest",
    "schema_digest",
    "shipment_id",
    "request_id",
    "error_message",
    "request_data",
    "client",
)
"""The columns of a line, in its order."""

NULL = "\\N"

_ODD = re.compile("[\\\\\t\n\r\0\ud800-\udfff]")
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_DECISIONS = {None: NULL, True: "1", False: "0"}


def line(p: LoggedPrediction) -> str:
    """The prediction's line."""
    return (
        "\t".join(
            (
                _moment(p.predicted_at),
                p.prediction_id.hex,
                NULL if p.point is None else p.point.isoformat(),
                NULL if p.probability is None else repr(float(p.probability)),
                _DECISIONS[p.late],
                _model(p.model_name, p.model_version, p.bundle_digest, p.schema_digest),
                _text(p.shipment_id),
                _repeated(p.request_id),
                _text(p.error),
                json_text(p.request_data).replace("\\", r"\\"),  # of what would need escaping, JSON has this alone
                _repeated(p.client),
            )
        )
        + "\n"
    )


def values(p: LoggedPrediction) -> str:
    """The same as a row of VALUES: for a few rows an INSERT is sooner done, whose one message needs one answer."""
    return (
        f"('{_moment(p.predicted_at)}', '{p.prediction_id.hex}', "
        f"{'NULL' if p.point is None else _quoted(p.point.isoformat())}, "
        f"{'NULL' if p.probability is None else repr(float(p.probability))}, "
        f"{'NULL' if p.late is None else int(p.late)}, "
        f"{_quoted_model(p.model_name, p.model_version, p.bundle_digest, p.schema_digest)}, "
        f"{literal(p.shipment_id)}, {literal(p.request_id)}, {literal(p.error)}, "
        f"{_quoted(json_text(p.request_data))}, {literal(p.client)})"
    )


@lru_cache(maxsize=256)
def _model(name: str, version: int, bundle_digest: str, schema_digest: str) -> str:
    """What is the same for every prediction of a model version."""
    uri = model_uri(name, version)
    return "\t".join((_text(name), str(version), _text(uri), rf"\\x{bundle_digest}", rf"\\x{schema_digest}"))


def literal(value: str | None) -> str:
    """A text in SQL, fit for the database."""
    return "NULL" if value is None else _quoted(sanitize_text(value))


def _quoted(text: str) -> str:
    """As SQL writes text, backslashes being plain (standard_conforming_strings, which the engine sets)."""
    return "'" + text.replace("'", "''") + "'"


@lru_cache(maxsize=256)
def _quoted_model(name: str, version: int, bundle_digest: str, schema_digest: str) -> str:
    uri = literal(model_uri(name, version))
    return f"{literal(name)}, {version}, {uri}, '\\x{bundle_digest}', '\\x{schema_digest}'"


@lru_cache(maxsize=64)
def _moment(moment: datetime) -> str:
    """What the rows of a group have in common; a datetime remembers its hash."""
    return moment.isoformat()


@lru_cache(maxsize=1024)
def _repeated(value: str | None) -> str:
    """What the rows of a request, or of a caller, have in common."""
    return _text(value)


def _text(value: str | None) -> str:
    if value is None:
        return NULL
    return sanitize_text(value).translate(_ESCAPES) if _ODD.search(value) else value
