"""The plan that makes a folder and a bucket equal: a pure comparison of digests."""

from collections.abc import Mapping
from dataclasses import dataclass

BOTH_CHANGED = "changed on both sides; keep one of the two"
CHANGED_HERE = "changed in the folder, deleted in the bucket; delete it here, or restore it there"
CHANGED_THERE = "changed in the bucket, deleted in the folder; delete it there, or restore it here"

_MOVES = ("upload", "download", "delete_local", "delete_remote")


@dataclass(frozen=True)
class SkippedPath:
    """A file that is not synchronized, and the reason."""

    path: str
    reason: str


@dataclass(frozen=True)
class SyncPlan:
    """Sorted paths by action; `delete_…` names the side that loses the file."""

    upload: tuple[str, ...] = ()
    download: tuple[str, ...] = ()
    delete_local: tuple[str, ...] = ()
    delete_remote: tuple[str, ...] = ()
    conflicts: tuple[SkippedPath, ...] = ()
    unchanged: tuple[str, ...] = ()
    refused: tuple[SkippedPath, ...] = ()


def merge_three_way(
    local: Mapping[str, str], remote: Mapping[str, str], last: Mapping[str, str], *, restore: bool = False
) -> SyncPlan:
    """Compare digests by path: of both sides, and of the last state in which they were equal.

    A file that only one side has is new, unless both had it: then the other side deleted it, and `restore` decides
    whether it is copied back.
    """
    paths_by_action: dict[str, list[str]] = {"unchanged": [], **{action: [] for action in _MOVES}}
    conflicts: list[SkippedPath] = []
    for path in sorted(local.keys() | remote.keys()):
        action, reason = _compare(local.get(path), remote.get(path), last.get(path), restore=restore)
        if reason:
            conflicts.append(SkippedPath(path, reason))
        else:
            paths_by_action[action].append(path)
    upload, download, delete_local, delete_remote = (tuple(paths_by_action[action]) for action in _MOVES)
    return SyncPlan(
        upload, download, delete_local, delete_remote, tuple(conflicts), tuple(paths_by_action["unchanged"])
    )


def _compare(local: str | None, remote: str | None, last: str | None, *, restore: bool) -> tuple[str, str]:
    if local == remote:
        return "unchanged", ""
    if remote is None:
        return _compare_one_side(local == last, last is None or restore, ("delete_local", "upload"), CHANGED_HERE)
    if local is None:
        return _compare_one_side(remote == last, last is None or restore, ("delete_remote", "download"), CHANGED_THERE)
    if local == last:
        return "download", ""
    if remote == last:
        return "upload", ""
    return "", BOTH_CHANGED


def _compare_one_side(unchanged: bool, copy_back: bool, actions: tuple[str, str], conflict: str) -> tuple[str, str]:
    deletion, copy = actions
    if copy_back:
        return copy, ""
    return (deletion, "") if unchanged else ("", conflict)
