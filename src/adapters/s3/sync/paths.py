"""The paths that may be synchronized: those that stay inside the folder."""

from collections.abc import Collection

STATE_FILE = ".sync-state.json"
LOCK_FILE = ".sync.lock"
TEMPORARY_PREFIX = ".sync-draft-"
"""The prefix of the names of temporary files."""
_DVC_STORAGE = ".dvc/"
"""The prefix of the objects that DVC stores by digest; nobody reads them as files."""

_MAX_PART_BYTES = 255 - 48  # leaves room for the prefix of a temporary file
_MAX_KEY_BYTES = 1024


def is_internal(path: str) -> bool:
    """Whether the file belongs to the synchronization itself, or to the storage of DVC."""
    name = path.rsplit("/", 1)[-1]
    return path in (STATE_FILE, LOCK_FILE) or name.startswith(TEMPORARY_PREFIX) or path.startswith(_DVC_STORAGE)


def unsafe_path_reason(path: str) -> str:
    """The reason why this path, with slashes, cannot be synchronized; empty if it can."""
    parts = path.split("/")
    if path.startswith("/") or any(part in ("", ".", "..") for part in parts):
        return "may leave its folder: a path must not have an empty part, . or .."
    if "\\" in path or any(ord(letter) < 32 or ord(letter) == 127 for letter in path):
        return "has a backslash or a control character, which not every file system supports"
    try:
        encoded = [part.encode() for part in parts]
    except UnicodeEncodeError:
        return "is not UTF-8, as keys of objects have to be"
    if max(map(len, encoded)) > _MAX_PART_BYTES or len(path.encode()) > _MAX_KEY_BYTES:
        return f"is too long: at most {_MAX_PART_BYTES} bytes per part, {_MAX_KEY_BYTES} in total"
    return ""


def file_directory_conflicts(paths: Collection[str]) -> set[str]:
    """Paths that are both a file and the folder of another."""
    folders = {path[:end] for path in paths for end, letter in enumerate(path) if letter == "/"}
    return folders & set(paths)
