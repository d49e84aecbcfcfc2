"""Schemas with a mistake in `source.join`, and the line of the error message; `…` stands for any text."""

from support.schema_mistakes import source


def join(keys: str) -> str:
    """The schema with a join by these keys."""
    return source(f"join: [{{{keys}}}]")


JOIN_MISTAKES = [
    (source("join: {table: c.csv, key: mode}"), "source.join: must be a list, as in [a, b] (found a mapping)"),
    (join("key: mode"), "source.join.0.table: this key is required; add it"),
    (join("table: c.csv"), "source.join.0.key: this key is required; add it"),
    (join("tabel: c.csv, table: c.csv, key: mode"), "source.join.0.tabel: no such key … did you mean table? (found"),
    (join("table: c.csv, key: []"), "source.join.0.key: must hold at least 1, and holds 0"),
    (join("table: c.csv, key: [mode, mode]"), "source.join.0: key: column 'mode' is repeated; name each column once"),
    (
        join("table: c.csv, key: [mode, parcel], other_key: m"),
        "source.join.0: key names 2 columns and other_key 1; name as many, in the same order",
    ),
    (
        join("table: c.csv, key: mode, cardinality: many-to-one"),
        "source.join.0.cardinality: must be 'many_to_one', 'one_to_one' or 'one_to_many'; did you mean 'many_to_one'?",
    ),
    (
        join("table: c.csv, key: mode, cardinality: one_to_many"),
        "source.join.0: cardinality one_to_many needs aggregate: the columns that several rows are made into",
    ),
    (
        join("table: c.csv, key: mode, aggregate: {n: {function: count}}"),
        "source.join.0: aggregate: only with cardinality one_to_many, not with many_to_one",
    ),
    (
        join("table: c.csv, key: mode, cardinality: one_to_many, prefix: c, aggregate: {n: {function: count}}"),
        "source.join.0: prefix: only for one row of the other table for each key; remove it, or remove one_to_many",
    ),
    (
        join("table: c.csv, key: mode, cardinality: one_to_many, aggregate: {n: {function: sum}}"),
        "source.join.0.aggregate.n: sum needs the column with the numbers",
    ),
    (
        join("table: c.csv, key: mode, cardinality: one_to_many, aggregate: {n: {function: average, column: w}}"),
        "source.join.0.aggregate.n.function: must be 'count', 'sum', 'mean', 'min' or 'max' (found 'average')",
    ),
    (
        join("table: c.csv, key: mode, cardinality: one_to_many, aggregate: {n: {function: sum, colum: w}}"),
        "source.join.0.aggregate.n.colum: no such key in the schema language; did you mean column? (found 'w')",
    ),
    (join("table: c.csv, key: mode, repeated: first"), "source.join.0.repeated: must be 'refuse' or 'quarantine' …"),
    (join("table: c.csv, key: mode, rename: {mode: m}"), "source.join.0: rename: 'mode' is the key, … not joined; …"),
    (
        join("table: c.csv, key: mode, rename: {a: c, b: c}"),
        "source.join.0: rename: two columns are renamed to 'c'; give each its own name",
    ),
    (
        join("table: 'postgresql://u:s3cret@db/wms?table=t', key: mode"),
        "source.join.0.table: postgresql://u:***@db/wms?table=t has a password, … set PGPASSWORD, or use ~/.pgpass",
    ),
    (join("table: c.csv, key: mode, delimiter: ;;"), "source.join.0.delimiter: must be one character, in quotes: …"),
    (join("table: c.csv, key: mode, encoding: utf-9"), "source.join.0.encoding: unknown encoding 'utf-9'; write utf-8"),
]
