"""An API with keys of all scopes, whose schema has a column of personal data."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from delay_core.bundle import Bundle
from delay_core.digest import canonical_json
from entrypoints.keys import KeyFile, KeyRecord, Scope, generate_key, hash_key, write_key_file
from support.api_server import ApiServer
from support.registered_models import Registered, altered

CANARY = "Zyxquist"
"""Occurs in every personal value and nowhere else."""
PREDICT, OUTCOMES, PLAN, ADMIN = Scope
SCOPES = {
    "ann": (PREDICT, OUTCOMES),
    "ben": (PREDICT, OUTCOMES),
    "predictor": (PREDICT,),
    "reporter": (OUTCOMES,),
    "planner": (PLAN,),
    "reader": (),
    "admin": (ADMIN, PREDICT),
    "expired": (PREDICT,),
    "revoked": (PREDICT,),
    "limited": (PREDICT,),
}
KEYS = {name: generate_key() for name in SCOPES}
SAFE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}


def record(name: str, rate: float | None = None, expires: date | None = None) -> KeyRecord:
    """The record of the key with this name."""
    return KeyRecord(name=name, sha256=hash_key(KEYS[name].encode()), scopes=SCOPES[name], rate=rate, expires=expires)


ALL_KEYS = KeyFile(
    keys=(
        *(record(name) for name in SCOPES if name not in ("expired", "limited")),
        record("expired", expires=date(2024, 1, 1)),
        record("limited", rate=1.0),
    )
)


def bundle_with_personal_data(registered: Registered) -> Bundle:
    """The first bundle, with a schema that has a column of personal data."""
    content = registered.bundles[0].schema.content
    columns = {**content["columns"], "driver": {"role": "ignored", "pii": True}}
    return altered(registered.bundles[0], 1.0, **{"schema.json": canonical_json({**content, "columns": columns})})


@contextmanager
def start_secured(registered: Registered, folder: Path) -> Iterator[ApiServer]:
    """The API with `ALL_KEYS` and tight limits, which serves version 4, the one with personal data."""
    models = registered.copy(folder)
    models.point(models.add(bundle_with_personal_data(registered)))
    path = models.data.with_name("keys.json")
    write_key_file(path, ALL_KEYS)
    with ApiServer.start(
        models.data,
        DELAY_API__KEYS=str(path),
        DELAY_API__BODY_LIMIT="40000",
        DELAY_API__BATCH_LIMIT="20",
        DELAY_API__ACCESS_LOG="all",
    ) as started:
        assert started.get("/model/metadata", **key_of("reader")).json()["model_version"] == 4
        yield started


def key_of(name: str) -> dict[str, str]:
    """The header with the key of this name."""
    return {"X_API_Key": KEYS[name]}


def predict(server: ApiServer, name: str, shipment: dict[str, Any]) -> str:
    """The id of a new prediction."""
    response = server.post("/predict", {"data": shipment}, **key_of(name))
    assert response.status == 200, response.body
    return str(response.json()["prediction_id"])
