"""How the output of each step is stored: kinds of artifacts, names of files and tables, reports.

No other module knows them.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Generic, TypeVar

from delay_core.bundle import Bundle
from delay_core.digest import sha256_hex
from delay_core.errors import BundleError, StoreError
from delay_core.ports.artifact_store import ArtifactStore, ArtifactWriter
from delay_core.ports.table_codec import TableCodec
from delay_core.reports import IngestReport, PredictReport, PreprocessReport, Report, TrainReport
from delay_core.stored_table import StoredTable

ACCEPTED, QUARANTINED = "accepted", "quarantined"
"""Tables of an ingested table; predictions have quarantined rows, too."""
SPLIT_INDEX, ENCODER = "rows", "encoder.json"
"""The table of a preprocessed table that says to which split each row belongs, and its encoder."""
TEST_PREDICTIONS, MODEL_CARD = "test", "model_card.html"
"""The table of a training with the probabilities of its test rows, and the card as a page."""
PREDICTIONS = "predictions"
"""The table of predictions, one row per shipment."""

TRIALS, LEARNING_CURVE = "trials", "losses.json"
"""The kind and the only file of a cached learning curve, which has no report."""

MONITORING_PAGES, MONITORING_PAGE = "reports", "monitoring.html"
"""The kind and the only file of a page about a monitored window."""

_REPORT = "report.json"
_BUNDLES = "bundles"

R = TypeVar("R", bound=Report)


@dataclass(frozen=True)
class StepResult(Generic[R]):
    """The report of a step, and whether its output was computed now; otherwise it existed already."""

    report: R
    computed: bool


@dataclass(frozen=True)
class StepOutput(Generic[R]):
    """The outputs of one step, each a set of files with a report."""

    kind: str
    report: type[R]

    def get_or_compute(self, store: ArtifactStore, address: str, compute: Callable[[], None]) -> StepResult[R]:
        """The report at this address; `compute` stores the output if it does not exist."""
        computed = not store.has(self.kind, address)
        if computed:
            compute()
        return StepResult(self.read_report(store, address), computed)

    def read_report(self, store: ArtifactStore, address: str) -> R:
        """The report at this address. Raises StoreError if there is none."""
        return self.report.model_validate_json(store.read(self.kind, address, _REPORT))

    def create(self, store: ArtifactStore, address: str) -> AbstractContextManager[ArtifactWriter]:
        """Write an output, which becomes visible when the block ends without an error."""
        return store.create(self.kind, address)

    def write_report(self, files: ArtifactWriter, report: R) -> None:
        """Add the report to an output that is being written."""
        files.write(_REPORT, report.model_dump_json(indent=2).encode())

    def table(self, store: ArtifactStore, codec: TableCodec, address: str, name: str) -> StoredTable:
        """A table of an output."""
        return StoredTable(store, codec, self.kind, address, name)

    def read(self, store: ArtifactStore, address: str, name: str) -> bytes:
        """Another file of an output. Raises StoreError if it does not exist."""
        return store.read(self.kind, address, name)

    def location(self, store: ArtifactStore, address: str) -> str:
        """The location of an output, for people."""
        return store.location(self.kind, address)


INGESTED = StepOutput("ingested", IngestReport)
PREPROCESSED = StepOutput("prepared", PreprocessReport)
TRAINED = StepOutput("trained", TrainReport)
PREDICTED = StepOutput("predictions", PredictReport)


def read_training_files(store: ArtifactStore, address: str) -> Mapping[str, bytes]:
    """What people look at in a training, by file name: its plots, the model card, the report."""
    plots = [name for name in store.names(TRAINED.kind, address) if name.endswith(".png")]
    return {name: store.read(TRAINED.kind, address, name) for name in (*plots, MODEL_CARD, _REPORT)}


def write_monitoring_page(store: ArtifactStore, page: bytes) -> str:
    """Store the page under the digest of its content; its location, for people."""
    address = sha256_hex(page)
    if not store.has(MONITORING_PAGES, address):
        with store.create(MONITORING_PAGES, address) as files:
            files.write(MONITORING_PAGE, page)
    return f"{store.location(MONITORING_PAGES, address)}/{MONITORING_PAGE}"


def write_bundle(store: ArtifactStore, bundle: Bundle) -> None:
    """Store the bundle under its digest."""
    with store.create(_BUNDLES, bundle.digest) as files:
        for name, content in bundle.files.items():
            files.write(name, content)


def has_bundle(store: ArtifactStore, digest: str) -> bool:
    """Whether a bundle is stored under this digest."""
    return store.has(_BUNDLES, digest)


def find_bundle(store: ArtifactStore, digest: str) -> Bundle | None:
    """The stored bundle; None if there is none, or it was altered or cannot be read."""
    try:
        return read_bundle(store, digest) if has_bundle(store, digest) else None
    except (StoreError, BundleError):
        return None


def read_bundle(store: ArtifactStore, digest: str) -> Bundle:
    """The stored bundle. Raises StoreError if there is none, BundleError if it was altered."""
    names = store.names(_BUNDLES, digest)
    return Bundle.from_files({name: store.read(_BUNDLES, digest, name) for name in names})
