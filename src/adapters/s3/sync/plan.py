"""What has to be done so that a folder and a bucket are alike: pure comparison of digests."""

from collections.abc import Mapping
from dataclasses import dataclass

BOTH_CHANGED = "changed on both sides; keep one of the two"
CHANGED_HERE = "changed in the folder, deleted in the bucket; delete it here, or use --resurrect"
CHANGED_THERE = "changed in the bucket, deleted in the folder; delete it there, or use --resurrect"


_MOVES = ("upload", "download", "delete_local", "delete_remote")


@dataclass(frozen=True)
class Told:
    """A file that is left alone, and why."""

    path: str
    why: str


@dataclass(frozen=True)
class Plan:
    """Paths by what is to be done with them, each sorted; `delete_…` name the side that would lose the file."""

    upload: tuple[str, ...] = ()
    download: tuple[str, ...] = ()
    delete_local: tuple[str, ...] = ()
    delete_remote: tuple[str, ...] = ()
    conflicts: tuple[Told, ...] = ()
    unchanged: tuple[str, ...] = ()
    refused: tuple[Told, ...] = ()


def three_way(
    local: Mapping[str, str], remote: Mapping[str, str], last: Mapping[str, str], *, resurrect: bool = False
) -> Plan:
    """Compare digests by path: here, there, and as both were when last alike.

    A file that only one side has is new there, unless both had it: then the other side deleted it, and `resurrect`
    says whether to bring it back.
    """
    sorted_into: dict[str, list[str]] = {"unchanged": [], **{what: [] for what in _MOVES}}
    conflicts: list[Told] = []
    for path in sorted(local.keys() | remote.keys()):
        what, why = _compare(local.get(path), remote.get(path), last.get(path), resurrect=resurrect)
        if why:
            conflicts.append(Told(path, why))
        else:
            sorted_into[what].append(path)
    upload, download, delete_local, delete_remote = (tuple(sorted_into[what]) for what in _MOVES)
    return Plan(upload, download, delete_local, delete_remote, tuple(conflicts), tuple(sorted_into["unchanged"]))


def _compare(here: str | None, there: str | None, last: str | None, *, resurrect: bool) -> tuple[str, str]:
    if here == there:
        return "unchanged", ""
    if there is None:
        return _one_sided(here == last, last is None or resurrect, ("delete_local", "upload"), CHANGED_HERE)
    if here is None:
        return _one_sided(there == last, last is None or resurrect, ("delete_remote", "download"), CHANGED_THERE)
    if here == last:
        return "download", ""
    if there == last:
        return "upload", ""
    return "", BOTH_CHANGED


def _one_sided(unchanged: bool, bring_back: bool, ways: tuple[str, str], conflict: str) -> tuple[str, str]:
    deletion, copy = ways
    if bring_back:
        return copy, ""
    return (deletion, "") if unchanged else ("", conflict)
