"""A file in the cache of the real kagglehub, which then reads it without a network."""

from pathlib import Path

import pytest
from kagglehub.cache import Cache
from kagglehub.handle import parse_dataset_handle

HANDLE = "owner/parcels/versions/1"


def cached_url(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes) -> str:
    """The URL of one file of a dataset, downloaded before; for all others kagglehub finds no network."""
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(folder / "kagglehub"))
    for proxy in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(proxy, "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("NO_PROXY", "")
    handle = parse_dataset_handle(HANDLE)
    path = Path(Cache().get_path(handle, name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    Cache().mark_as_complete(handle, name)
    return f"kaggle://{HANDLE}/{name}"
