"""The product that is photographed: `delay demo`, the same shipments and actions in each run."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from entrypoints.api.schemas import ActionKind, ActionRequest
from entrypoints.settings import UiSettings
from entrypoints.ui.client import ApiClient
from entrypoints.ui.errors import ApiError
from entrypoints.ui.queries import WorklistQuery
from infra.local.child_process import ServerProcess
from infra.local.waiting import free_port, wait_until

SEED = 20
START_SECONDS = 1_800
"""A model is trained before the first page."""
ACTIONS = (
    (0, ActionKind.ACTED, "Ann", "expedited", "A second driver takes over at the depot"),
    (2, ActionKind.ACKNOWLEDGED, "Ben", None, None),
)
"""What planners have done about shipments, by the index of the shipment in the worklist."""


@contextmanager
def demonstration(folder: Path) -> Iterator[tuple[str, str]]:
    """The addresses of the screen and of the API, which has shipments; the folder holds the data."""
    api_port = free_port()
    api_url = f"http://127.0.0.1:{api_port}"
    delay = str(Path(sys.executable).with_name("delay"))
    command = [delay, "demo", "--port", "{port}", "--api-port", str(api_port), "--every", "3600", "--seed", str(SEED)]
    with ServerProcess(command, folder / "demo.log", {**os.environ, "DELAY_DATA": str(folder / "data")}) as screen:

        def has_shipments() -> bool:
            if screen.exit_code is not None:
                raise SystemExit(f"delay demo has ended; its log ends with:\n{screen.log_tail()}")
            try:
                return first_shipment(api_url) is not None
            except ApiError:
                return False

        wait_until(has_shipments, START_SECONDS, lambda: f"there is no shipment yet:\n{screen.log_tail()}")
        screen.wait_until_ready("/_stcore/health")
        _record_actions(api_url)
        yield screen.url, api_url


def first_shipment(api_url: str) -> str | None:
    """The id of the first shipment of the worklist; None if it is empty. Raises ApiError."""
    with ApiClient(UiSettings(api_url=api_url)) as client:
        items = client.worklist(WorklistQuery(limit=1)).items
    return items[0].shipment_id if items else None


def _record_actions(api_url: str) -> None:
    with ApiClient(UiSettings(api_url=api_url)) as client:
        items = client.worklist(WorklistQuery(limit=len(ACTIONS) + 1)).items
        for index, kind, actor, reason, note in ACTIONS:
            shipment_id = items[index].shipment_id
            values = {"shipment_id": shipment_id, "kind": kind, "actor": actor, "reason": reason, "note": note}
            client.record_action(ActionRequest.model_validate({"action_id": uuid4(), **values}))
