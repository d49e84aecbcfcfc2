"""Further tables whose columns are added to the rows of the main one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from delay_core.schema.base import SchemaModel, raise_all
from delay_core.schema.types import ColumnName, Delimiter, Encoding, Names, WholeNumber
from delay_core.table_urls import without_password

_ONE_ROW = ("repeated", "prefix", "rename")
"""Keys that need one row of the other table for each key."""


class Aggregate(SchemaModel):
    """A number that summarizes the rows of the other table with the key."""

    function: Literal["count", "sum", "mean", "min", "max"] = Field(
        description="`count` is the number of rows, 0 without a match; the others leave out missing values."
    )
    column: ColumnName | None = Field(
        default=None, description="The column of the other table with numbers; none for `count`."
    )

    @model_validator(mode="after")
    def _column_fits(self) -> Self:
        if (self.function == "count") != (self.column is None):
            need = "counts rows: remove column" if self.function == "count" else "needs the column with the numbers"
            raise ValueError(f"{self.function} {need}")
        return self


class Join(SchemaModel):
    """Another table, whose columns are added to each row by a key."""

    table: str = Field(
        min_length=1,
        description="Its path or URL; a path is relative to the folder of the main table. If the main table is in a "
        "database, the name of another table there.",
    )
    key: Names = Field(min_length=1, description="The columns with the key: of the main table, or of an earlier join.")
    other_key: Names = Field(default=(), description="Their names in the other table, if they differ.")
    cardinality: Literal["many_to_one", "one_to_one", "one_to_many"] = Field(
        default="many_to_one",
        description="How many rows of the main table share a row of the other one: `many_to_one`, as orders of a "
        "customer; `one_to_one`, where no two do; `one_to_many`, as an order with its items, which `aggregate` "
        "summarizes.",
    )
    required: bool = Field(
        default=False,
        description="Whether a row without a match is quarantined; otherwise its joined columns are missing.",
    )
    repeated: Literal["refuse", "quarantine"] = Field(
        default="refuse",
        description="If several rows of the other table have one key: refuse the table, or quarantine the rows of "
        "the main table that have this key.",
    )
    prefix: str = Field(default="", description="A text before the name of every joined column.")
    rename: dict[ColumnName, ColumnName] = Field(
        default={}, description="Other names for joined columns, as `name in the other table: name`."
    )
    aggregate: dict[str, Aggregate] = Field(default={}, description="Columns made of several rows, by name.")
    delimiter: Delimiter | None = Field(default=None, description="By default, that of `source`; so are the next two.")
    encoding: Encoding | None = Field(default=None, description="Of a CSV file.")
    sheet: str | None = Field(default=None, description="Of an XLSX workbook.")
    header_row: WholeNumber | None = Field(
        default=None, ge=1, description="The line or row of the header, counted from 1; by default the first."
    )

    @property
    def lookup_key(self) -> tuple[str, ...]:
        """The columns of the other table with the key."""
        return self.other_key or self.key

    @property
    def format(self) -> dict[str, str | int | None]:
        """The keys of `source` that differ in the other table; the header's row is never that of the main table."""
        keys = ("delimiter", "encoding", "sheet")
        own = {key: value for key in keys if (value := getattr(self, key)) is not None}
        return {**own, "header_row": self.header_row}

    @field_validator("table")
    @classmethod
    def _table_has_no_password(cls, table: str) -> str:
        if without_password(table) != table:
            raise ValueError(
                f"{without_password(table)} has a password, and a schema is stored with every model; set PGPASSWORD, "
                "or use ~/.pgpass"
            )
        return table

    @model_validator(mode="after")
    def _keys_fit_together(self) -> Self:
        raise_all((*_key_mistakes(self), *_column_mistakes(self)))
        return self


def _key_mistakes(join: Join) -> Iterator[str]:
    for name, columns in (("key", join.key), ("other_key", join.other_key)):
        for column in _repeated(columns):
            yield f"{name}: column {column!r} is repeated; name each column once"
    if len(join.key) != len(join.lookup_key):
        yield f"key names {len(join.key)} columns and other_key {len(join.lookup_key)}; name as many, in the same order"
    if join.cardinality == "one_to_many":
        for key in _ONE_ROW:
            if join.is_set(key):
                yield f"{key}: only for one row of the other table for each key; remove it, or remove one_to_many"
        if not join.aggregate:
            yield "cardinality one_to_many needs aggregate: the columns that several rows are made into"
    elif join.aggregate:
        yield f"aggregate: only with cardinality one_to_many, not with {join.cardinality}"


def _column_mistakes(join: Join) -> Iterator[str]:
    for column in join.rename:
        if column in join.lookup_key:
            yield f"rename: {column!r} is the key, which is not joined; the main table has it"
    for name in _repeated(list(join.rename.values())):
        yield f"rename: two columns are renamed to {name!r}; give each its own name"


def _repeated(names: Sequence[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)
