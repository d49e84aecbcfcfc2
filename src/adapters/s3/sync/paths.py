"""Which paths may be mirrored: those that stay within the folder, whoever wrote them."""

from collections.abc import Collection

STATE = ".sync-state.json"
LOCK = ".sync.lock"
DRAFT = ".sync-draft-"
"""What names of unfinished files begin with."""

_LONGEST_PART = 255 - 48  # bytes; room for the name of a draft beside it
_LONGEST_KEY = 1024


def is_own(path: str) -> bool:
    """Whether the file is the synchronisation's own."""
    return path in (STATE, LOCK) or path.rsplit("/", 1)[-1].startswith(DRAFT)


def refusal(path: str) -> str:
    """Why this path, with slashes, may not be mirrored; empty when it may."""
    parts = path.split("/")
    if path.startswith("/") or any(part in ("", ".", "..") for part in parts):
        return "may leave its folder: a path has no empty part, no . and no .."
    if "\\" in path or any(ord(letter) < 32 or ord(letter) == 127 for letter in path):
        return "has a backslash or a control character, which not every machine can name a file by"
    try:
        encoded = [part.encode() for part in parts]
    except UnicodeEncodeError:
        return "is not UTF-8, as keys of objects must be"
    if max(map(len, encoded)) > _LONGEST_PART or len(path.encode()) > _LONGEST_KEY:
        return f"is too long: {_LONGEST_PART} bytes a part, {_LONGEST_KEY} in all"
    return ""


def clashing(paths: Collection[str]) -> set[str]:
    """Paths that are both a file and the folder of another."""
    folders = {path[:end] for path in paths for end, letter in enumerate(path) if letter == "/"}
    return folders & set(paths)
