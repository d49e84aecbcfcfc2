"""One column of the draft: the keys that the schema says of it, and the evidence."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from delay_core.schema import Stage
from delay_core.schema_inference import personal, units
from delay_core.schema_inference import vocabulary as v
from delay_core.schema_inference.derived import coordinate
from delay_core.schema_inference.findings import Findings
from delay_core.schema_inference.look import Look
from delay_core.schema_inference.yaml_text import said, share

_LISTED = 12


@dataclass(frozen=True)
class Entry:
    """A column under its name in the schema: keys in order, and notes that stand beside them."""

    name: str
    keys: Mapping[str, object]
    notes: tuple[str, ...]


def describe(look: Look, findings: Findings) -> Entry:
    """The column's entry."""
    name = findings.names[look.name]
    aliases = {} if name == look.name else {"aliases": [look.name]}
    if look.personal:
        return Entry(name, {"role": "ignored", "pii": True, **aliases}, (findings.roles[look.name].why,))
    role = findings.roles[look.name]
    label = findings.label
    if label.flag is not None and look.name == label.flag.column:
        return Entry(name, {"role": "label", **_label(findings), **aliases}, ())
    if role.name == "ignored":
        return Entry(name, {"role": "ignored", **aliases}, (role.why,))
    keys, notes = _by_role(look, role.name)
    known = findings.known.get(look.name)
    gaps, why = _missing(look, findings)
    if known is not None:
        gaps["available_at"] = known.stage.value
    marks = (known.evidence,) if known is not None and known.evidence else ()
    reserved = (f"{look.name} is a name of the product's own",) if aliases else ()
    return Entry(
        name, {"role": role.name, **keys, **gaps, **aliases}, (*marks, *reserved, *notes, *why, *_doubts(role.why))
    )


def _doubts(why: str) -> tuple[str, ...]:
    return (why,) if why else ()


def _label(findings: Findings) -> dict[str, object]:
    keys: dict[str, object] = {"nullable": True}
    flag = findings.label.flag
    if flag is not None and flag.neither:
        keys["null_tokens"] = [*findings.table.null_tokens, *flag.neither]
    return {**keys, "available_at": Stage.DELIVERED.value}


def _missing(look: Look, findings: Findings) -> tuple[dict[str, object], list[str]]:
    """Null tokens, sentinels and whether values may be missing; and the shares."""
    keys: dict[str, object] = {}
    notes: list[str] = []
    own = set(look.profile.texts) & set(findings.table.null_tokens) - set(look.null_tokens)
    if own:
        keys["null_tokens"] = [token for token in findings.table.null_tokens if token not in own]
        notes.append(f"{said(min(own))!r} is a value here")
    if look.missing_share > 0 or look.name == findings.label.actual:
        keys = {"nullable": True, **keys}
        notes += [f"{share(look.missing_share)} missing"] if look.missing_share > 0 else []
    if look.sentinels and findings.roles[look.name].name in ("numeric", "timestamp"):
        keys["sentinels"] = dict(look.sentinels)
        rows = ", ".join(f"{rows:,} × {said(look.sentinels[why], 24)}" for why, rows in look.sentinel_rows.items())
        notes.append(f"{rows}")
    if look.unread:
        what = "date" if look.dates is not None else "number"
        notes.append(f"{look.unread:,} values are no {what}: those rows would be quarantined")
    return keys, notes


def _by_role(look: Look, role: str) -> tuple[dict[str, object], list[str]]:
    if role == "numeric":
        return _numeric(look)
    if role == "timestamp":
        return {}, [_span(look)]
    return _categorical(look) if role == "categorical" else ({}, [])


def _numeric(look: Look) -> tuple[dict[str, object], list[str]]:
    values = look.numbers[~np.isnan(look.numbers)] if look.numbers is not None else np.array([])
    keys: dict[str, object] = {}
    place = coordinate(look)
    unit = "degree" if place else units.of_header(look.name) or units.of_strip(look.strip)
    if unit:
        keys["unit"] = unit
    if place:
        limit = 90 if place == "latitude" else 180
        keys |= {"minimum": -limit, "maximum": limit}
    elif values.min() >= 0 and not v.SIGNED.word_in(look.name):
        keys["minimum"] = 0
    if look.strip:
        keys["strip"] = list(look.strip)
    low, high = (f"{limit:.7g}" for limit in (values.min(), values.max()))
    return keys, [f"{low} … {high}"]


def _span(look: Look) -> str:
    moments = look.row_moments[~np.isnat(look.row_moments)]
    return f"{moments.min().astype('datetime64[D]')} … {moments.max().astype('datetime64[D]')}"


def _categorical(look: Look) -> tuple[dict[str, object], list[str]]:
    texts = list(dict.fromkeys(text for text, _ in look.values))  # 1 and "1" may stand in one column
    if personal.look_like_names(texts):
        return {}, [
            f"{look.distinct:,} values that look like names: are they people? then say role: ignored, pii: true"
        ]
    if look.distinct > _LISTED or any(personal.is_one(text) for text in texts):
        return {}, [f"{look.distinct:,} values"]
    rows = " · ".join(f"{rows:,}" for _, rows in look.values)
    return {"categories": texts}, [f"rows {rows}"]
