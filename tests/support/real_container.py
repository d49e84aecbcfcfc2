"""The product's container with its embedded defaults, without this machine's environment."""

from pathlib import Path

from delay_core.ports.progress import NoProgress, Progress
from entrypoints.container import Container
from entrypoints.settings import Settings


def create_container(folder: Path, progress: Progress | None = None, **settings: object) -> Container:
    """A container whose data is in `folder`; further settings by the names of their fields."""
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    in_folder = {"data": str(folder), "local_dir": str(folder)}
    return Container(settings=Settings(**{**defaults, **in_folder, **settings}), progress=progress or NoProgress())
