"""What the servers of this machine have in common: a folder, a port of the loopback address, a process."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from infra.local.background_service import BackgroundService


@dataclass(frozen=True)
class LocalServer:
    """A running HTTP server; as a context manager, it ends with the block. `folder` has its lock and log."""

    folder: Path
    port: int

    name: ClassVar[str]
    """The name of its process, lock and log."""

    @classmethod
    def running(cls, folder: Path | str) -> Self | None:
        """The server of this folder if it runs, whichever process started it."""
        home = Path(folder).absolute()
        running = cls.process(home).running()
        return cls(home, running.port) if running else None

    @classmethod
    def process(cls, home: Path) -> BackgroundService:
        """The process of this folder, whether it runs or not."""
        return BackgroundService(cls.name, home)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self, *, immediate: bool = False) -> bool:
        """Stop its processes, `immediate` like a power cut; whether it ran. Raises StoreError if it does not stop."""
        return self.process(self.folder).stop(immediate=immediate)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
