"""The base class of column roles: everything that the product does differently from role to role."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

from numpy.typing import NDArray

from delay_core import parsing
from delay_core.canonical_text import spellings

if TYPE_CHECKING:
    from delay_core.parsing import ColumnResult, Mask, Parser, Values
    from delay_core.schema.columns import Column
    from delay_core.schema.shipment_schema import ShipmentSchema
    from delay_core.transformers import AnyTransformer, Columns

JsonSchema = dict[str, Any]


class ColumnRole(ABC):
    """A column in its role: what its description allows, and how its values are handled.

    A new role is one subclass, and one entry in `delay_core.schema.roles.ROLES`.
    """

    name: ClassVar[str]
    """The value of `role` in a schema."""
    keys: ClassVar[tuple[str, ...]] = ()
    """Keys of a column that some roles do not allow, and this one does."""
    allows_pii: ClassVar[bool] = False
    """Whether such a column may hold personal data."""
    is_feature: ClassVar[bool] = False
    """Whether a model reads the column directly, if it is known in time."""
    is_sliced: ClassVar[bool] = False
    """Whether evaluation compares the values of the column."""
    is_reported_post_hoc: ClassVar[bool] = False
    """Whether reports name the column if it is known only after the prediction point."""
    is_always_persisted: ClassVar[bool] = False
    """Whether the column of an accepted row is stored even if nothing reads it."""
    any_text_may_be_value: ClassVar[bool] = False
    """Whether any text is a value of some column of this role."""
    uses_number_format: ClassVar[bool] = False
    """Whether values depend on the decimal sign and the thousands separator."""

    def __init__(self, schema: "ShipmentSchema", column_name: str) -> None:
        self.schema = schema
        self.column_name = column_name

    @classmethod
    def with_article(cls) -> str:
        """The role in a sentence: `a numeric`, `an ignored`."""
        return f"{'an' if cls.name[0] in 'aeiou' else 'a'} {cls.name}"

    @cached_property
    def column(self) -> "Column":
        """The description of the column."""
        return self.schema.columns[self.column_name]

    @cached_property
    def null_tokens(self) -> tuple[str, ...]:
        """Texts that mean a missing value, as the schema lists them."""
        return self.schema.null_tokens(self.column_name)

    @cached_property
    def missing_tokens(self) -> tuple[str, ...]:
        """Texts that mean a missing value: the null tokens, and empty text unless it is a value."""
        return self.null_tokens if self.empty_is_value or "" in self.null_tokens else (*self.null_tokens, "")

    @cached_property
    def missing_texts(self) -> frozenset[str]:
        """All spellings of the texts that mean a missing value."""
        return frozenset(spelling for text in self.missing_tokens for spelling in spellings(text))

    @cached_property
    def empty_is_value(self) -> bool:
        """Whether the schema lists the empty text among the values of the column: an empty cell then has that value."""
        return "" in self.listed_values() and "" not in self.null_tokens

    def listed_values(self) -> tuple[str, ...]:
        """The values that the schema lists for the column."""
        return ()

    @cached_property
    def excluded_values(self) -> tuple[str, ...]:
        """Values that exclude a row, by the schema's own rule."""
        rules = (rule for rule in self.schema.exclude_where if rule.column == self.column_name)
        return tuple(value for rule in rules for value in rule.equals)

    @cached_property
    def is_required(self) -> bool:
        """Whether a request must have a value."""
        return self.schema.is_required(self.column_name)

    @cached_property
    def is_persisted(self) -> bool:
        """Whether the column of an accepted row is stored."""
        return self.column_name in self.schema.persisted_columns

    @abstractmethod
    def value_type(self) -> str:
        """The type of a request's value, for people, such as `number`."""

    @abstractmethod
    def allowed_values(self) -> str:
        """The values that a request may hold, for people."""

    @abstractmethod
    def json_schema(self) -> JsonSchema:
        """The JSON Schema of the value that a request should send; `type` is a list without null."""

    @abstractmethod
    def lenient_json_schema(self) -> JsonSchema:
        """The keys that differ for every value that validation accepts, missing values not included."""

    @abstractmethod
    def example(self) -> str | float:
        """A value that validation accepts, unless the schema refuses all values that its limits suggest."""

    def may_be_value(self, text: str) -> bool:
        """Whether the text can be a value; numbers and dates, which have many spellings, contain a digit or `*`."""
        return self.any_text_may_be_value or is_pattern(text)

    def check(self, values: "Values", *, required: bool) -> "ColumnResult":
        """The raw values [rows] in canonical form, and the rules that at least one row breaks.

        If `required`, every row must have a value.
        """
        if self.empty_is_value:
            values = parsing.fill_empty(values)
        absent = parsing.is_missing(values, self.missing_tokens)
        return self.check_values(values, absent).with_missing(absent, required=required)

    @abstractmethod
    def check_values(self, values: "Values", absent: "Mask") -> "ColumnResult":
        """The raw values [rows] in canonical form, and the rules of the role; `absent` marks missing values [rows]."""

    @abstractmethod
    def request_parser(self, slow_parser: "Parser") -> "Parser":
        """The parser for values of requests, as fast as possible.

        `slow_parser` checks values as validation does, each distinct one once; it may serve as the result.
        """

    def plain_number_limits(self) -> tuple[float, float] | None:
        """The limits of numbers that several columns can be parsed with in one step; None if that is impossible."""
        return None

    @abstractmethod
    def missing_values(self, rows: int) -> NDArray[Any]:
        """A canonical column [rows] of missing values."""

    @abstractmethod
    def fit_transformers(self, train: "Columns") -> Iterator["AnyTransformer"]:
        """The transformers of a feature column, fitted on canonical training rows, outcomes included."""

    @abstractmethod
    def breaking_changes(self, old: Self) -> Iterator[str]:
        """A message for each kind of value that the old column, of the same role, accepts and this one does not."""


def is_pattern(text: str) -> bool:
    """Whether a token may match other texts than itself: a number or a date in another spelling, or by `*`."""
    return "*" in text or any(character.isdigit() for character in text)
